"""What two gloo processes do for `test_frameworks.py`: Lightning, Trainer, accelerate."""

import json
import sys
import warnings
from pathlib import Path

import accelerate
import torch
import torch.distributed as dist
from accelerate.utils import fsdp_utils
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.optim import AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import lightning_callback, trainer_callback
from tests.optim.builders import batch, net
from tests.optim.integrations.test_lightning import Task, fit
from tests.optim.integrations.test_trainer import model_of, trainer_for

STEPS, SAVED = 6, 4


def values(tensors):
    whole = [t.full_tensor() if hasattr(t, "full_tensor") else t for t in tensors]
    return [value for t in whole for value in t.detach().flatten().tolist()]


def made(seed=0):
    model = net(seed, torch.float32)
    return model, GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)


def half(t):
    rank = dist.get_rank() if dist.is_initialized() else 0
    return batch(t, torch.float32)[rank * 8 : rank * 8 + 8]


class Halves(Task):
    """Lightning's Task; each process takes its half of the batch."""

    def training_step(self, data, index):
        return super().training_step(data[self.global_rank * 8 : self.global_rank * 8 + 8], index)


def lightning(folder):
    from lightning.pytorch.callbacks import ModelCheckpoint

    saver = ModelCheckpoint(folder, "saved", every_n_train_steps=SAVED, save_top_k=-1)
    options = {"strategy": "ddp", "devices": 2, "use_distributed_sampler": False}
    task = Halves()
    fit(folder, task, callbacks=[lightning_callback(), saver], **options)
    saved = torch.load(folder / "saved.ckpt", weights_only=False)["state_dict"].values()
    resumed = Halves(seed=5)
    fit(folder, resumed, resume=folder / "saved.ckpt", **options)
    seen, ends = values(task.seen[-1]), values(task.parameters())
    return {
        "seen": seen,
        "x": ends,
        "saved": values(saved),
        "resumed": values(resumed.parameters()),
    }


def trainer(folder):
    """Return x at the end of a whole run and of a resumed one, and x in the checkpoint."""
    options = {"save_strategy": "steps", "save_steps": SAVED, "callbacks": [trainer_callback()]}
    whole, model, _ = trainer_for(folder, True, **options)
    whole.train()
    again, resumed, _ = trainer_for(folder, True, **options)
    again.train(resume_from_checkpoint=str(folder / f"checkpoint-{SAVED}"))
    four, at_four, _ = trainer_for(folder / "four", False, steps=SAVED, save_strategy="no")
    four.train()
    four.optimizer.eval()
    saved = model_of().from_pretrained(folder / f"checkpoint-{SAVED}")
    runs = {"x": model, "resumed": resumed, "saved": saved, "by hand": at_four}
    return {name: values(found.parameters()) for name, found in runs.items()}


def prepared(folder):
    """Return y at the end of a run in accelerate, and of one that went back to its middle."""
    accelerator = accelerate.Accelerator(cpu=True)
    model, opt = accelerator.prepare(*made())

    def train(first, last):
        for t in range(first, last):
            opt.zero_grad()
            accelerator.backward(model(half(t)).square().mean())
            opt.step()

    train(0, SAVED)
    accelerator.save_state(str(folder))
    train(SAVED, STEPS)
    whole = values(model.parameters())
    accelerator.load_state(str(folder))
    train(SAVED, STEPS)
    return {"y": whole, "resumed": values(model.parameters())}


def switched():
    """Return y of a run whose optimizer was built first and sharded after, as accelerate does."""
    model, opt = made()
    for group in opt.param_groups:
        for place, p in enumerate(group["params"]):
            group["params"][place] = torch.empty(1)
            group["params"][place].data_ptr = p.data_ptr()
    old = [p.data_ptr() for p in model.parameters()]
    fully_shard(model, mesh=init_device_mesh("cpu", (2,)))
    fsdp_utils.fsdp2_switch_optimizer_parameters(
        opt, dict(zip(old, model.parameters(), strict=True))
    )
    for t in range(STEPS):
        opt.zero_grad()
        model(half(t)).square().mean().backward()
        opt.step()
    return {"y": values(model.parameters()), "states": len(opt.base.state)}


def main(folder):
    warnings.simplefilter("ignore")
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    mine = {"lightning": lightning(folder / "lightning")}
    mine["trainer"] = trainer(folder / "trainer")
    mine["accelerate"] = prepared(folder / "accelerate")
    mine["switched"] = switched()
    everyone = [None, None]
    dist.all_gather_object(everyone, mine)
    if rank == 0:
        (folder / "found.json").write_text(json.dumps(everyone))
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
