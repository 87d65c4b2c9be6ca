"""Writes additions.safetensors beside it with Python's torch 2.13: what the additions to DJL must compute.

    python additions_golden.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

torch.manual_seed(11)
tensors = {}


def optimizers():
    initial = [torch.randn(3, 4), torch.randn(5)]
    gradients = [[torch.randn(3, 4), torch.randn(5)] for _ in range(3)]
    configurations = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam_decay_amsgrad": lambda p: torch.optim.Adam(
            p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, amsgrad=True
        ),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.1, weight_decay=0.1),
        "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    }
    for i, value in enumerate(initial):
        tensors[f"optimizer.initial.{i}"] = value
        for step, gradient in enumerate(gradients):
            tensors[f"optimizer.gradient.{step}.{i}"] = gradient[i]
    for name, make in configurations.items():
        parameters = [value.clone().requires_grad_() for value in initial]
        optimizer = make(parameters)
        for step, gradient in enumerate(gradients):
            for parameter, value in zip(parameters, gradient):
                parameter.grad = value.clone()
            optimizer.step()
            for i, parameter in enumerate(parameters):
                tensors[f"optimizer.{name}.{step}.{i}"] = parameter.detach().clone()


def clipping():
    for maximum in [1.0, 100.0]:
        parameters = [torch.zeros(3, 4), torch.zeros(5)]
        for i, parameter in enumerate(parameters):
            parameter.grad = tensors[f"optimizer.gradient.0.{i}"].clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, maximum)
        tensors[f"clip.{maximum:.0f}.norm"] = norm
        for i, parameter in enumerate(parameters):
            tensors[f"clip.{maximum:.0f}.{i}"] = parameter.grad


def attention():
    query, key, value = (torch.randn(2, 3, 5, 8).requires_grad_() for _ in range(3))
    mask = torch.rand(5, 5) > 0.3
    mask[:, 0] = True
    bias = torch.randn(5, 5)
    for name, tensor in {"query": query, "key": key, "value": value, "mask": mask, "bias": bias}.items():
        tensors["attention." + name] = tensor.detach()
    attend = torch.nn.functional.scaled_dot_product_attention
    outputs = {
        "plain": attend(query, key, value),
        "causal": attend(query, key, value, is_causal=True),
        "masked": attend(query, key, value, attn_mask=mask),
        "biased": attend(query, key, value, attn_mask=bias),
        "scaled": attend(query, key, value, scale=0.5),
    }
    for name, output in outputs.items():
        tensors["attention.out." + name] = output.detach()
    (outputs["causal"] ** 2).sum().backward()
    tensors["attention.gradient.query"] = query.grad


def cross_entropy():
    logits = torch.randn(6, 4).requires_grad_()
    labels = torch.tensor([0, 3, 1, 2, 2, 0])
    weights = torch.tensor([0.5, 1.0, 2.0, 0.25])
    tensors["loss.logits"] = logits.detach()
    tensors["loss.labels"] = labels
    tensors["loss.weights"] = weights
    loss = torch.nn.functional.cross_entropy
    tensors["loss.plain"] = loss(logits, labels).detach()
    tensors["loss.smoothed"] = loss(logits, labels, label_smoothing=0.1).detach()
    tensors["loss.weighted"] = loss(logits, labels, weight=weights).detach()
    tensors["loss.ignoring"] = loss(logits, labels, ignore_index=2).detach()
    soft = torch.softmax(torch.randn(6, 4), 1)
    tensors["loss.probabilities"] = soft
    tensors["loss.soft"] = loss(logits, soft).detach()
    loss(logits, labels).backward()
    tensors["loss.gradient"] = logits.grad


def scaler():
    """The scale after each update for gradients that overflow in some steps."""
    scale = torch.full((), 1024.0)
    tracker = torch.zeros((), dtype=torch.int32)
    scales = []
    for overflow in [0, 0, 1, 0, 0, 0, 1, 1, 0]:
        torch._amp_update_scale_(scale, tracker, torch.tensor(float(overflow)), 2.0, 0.5, 3)
        scales.append(scale.item())
    tensors["scaler.scales"] = torch.tensor(scales)


def generator():
    torch.manual_seed(42)
    torch.randn(7)
    tensors["generator.state"] = torch.get_rng_state()
    tensors["generator.normal"] = torch.randn(40)
    tensors["generator.uniform"] = torch.rand(5)


def autocast():
    first, second = torch.randn(4, 8), torch.randn(8, 3)
    tensors["autocast.first"] = first
    tensors["autocast.second"] = second
    with torch.autocast("cpu", torch.bfloat16):
        tensors["autocast.product"] = first @ second


optimizers()
clipping()
attention()
cross_entropy()
scaler()
generator()
autocast()
save_file(tensors, Path(__file__).parent / "additions.safetensors")
