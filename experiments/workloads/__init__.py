"""What is trained: data, model and metric under one name, for every engine and study.

Read `workload` (what every workload is), then `text` and `images` (the workloads themselves), then
`registry` (how they are found by name) with `settings` (what may be changed about them).  A
workload says itself whether its loss is convex; nothing else may know it by name.
Public: `Workload`, `WORKLOADS`, `load`.
Imports `models` and `data`, never arms or the engine.
May be imported by `engine`, `study` and `cli`.
"""

from experiments.workloads.registry import WORKLOADS as WORKLOADS
from experiments.workloads.registry import load as load
from experiments.workloads.workload import Workload as Workload
