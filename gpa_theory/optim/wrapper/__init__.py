"""What a torch optimizer owes its user besides the step: nothing is mixed up, nothing is lost.

Read in this order: `sharing` (one optimizer around another), `construction` (what is accepted),
`modes` (x or y in place), `readout` (x without switching), `foreign` (gradients taken at other
weights are refused), `loading` (checked, whole or not at all) with `matching` (whose state dict it
is), `restoring` (types that torch's loading would spoil) and `fingerprint` (weights and state of
one moment), `tie` (what is done to the base alone), `hooks`.
Public names: none; users meet them through `optim.GPA` and `optim.DiLoCo`.
Of `optim` it imports `step` alone.  May be imported by every other room of `optim` but `step`.
"""
