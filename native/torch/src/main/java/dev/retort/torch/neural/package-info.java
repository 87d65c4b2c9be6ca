/**
 * The functions behind DJL's NDArrayEx, on handles of tensors: activations, layers, pooling,
 * optimizer updates, images, boxes. Arguments stay the caller's, results are the caller's to free.
 * No NDArray and no manager is known here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.torch.neural;
