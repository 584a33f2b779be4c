"""Hugging Face Trainer: evaluation and every saved model at x, training at y."""

import tempfile

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import trainer_callback

shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1}
heads = {"num_attention_heads": 2, "num_key_value_heads": 2}
model = LlamaForCausalLM(LlamaConfig(vocab_size=16, **shape, **heads))
rows = [(torch.arange(12) + i) % 16 for i in range(64)]  # counting, from anywhere
data = [{"input_ids": row, "labels": row} for row in rows]
opt = GPA(torch.optim.AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.9)
where = {"output_dir": tempfile.mkdtemp(), "report_to": [], "disable_tqdm": True}
when = {"max_steps": 60, "eval_strategy": "steps", "eval_steps": 20, "save_strategy": "no"}
trainer = Trainer(
    model,
    TrainingArguments(per_device_train_batch_size=16, **where, **when),
    train_dataset=data,
    eval_dataset=data[:16],
    optimizers=(opt, None),
    callbacks=[trainer_callback()],
)
trainer.train()
print(f"loss at x: {trainer.evaluate()['eval_loss']:.4f}")  # the callback left x in place
