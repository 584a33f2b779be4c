"""What a torch optimizer owes its user besides the step: nothing is mixed up, nothing is lost.

Read in this order: `construction` (what is accepted), `modes` (x or y in place), `readout` (x
without switching), `foreign` (gradients taken at other weights are refused), `loading` and
`fingerprint` (types that torch's loading would spoil; weights and state of one moment), `hooks`.
Public names: none; users meet them through `optim.GPA` and `optim.DiLoCo`.
Of `optim` it imports `step` alone.  May be imported by `gpa` and `diloco`.
"""
