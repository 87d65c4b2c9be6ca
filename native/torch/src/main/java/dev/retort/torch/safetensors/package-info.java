/**
 * Weights that travel to and from Python: files in the safetensors format, read by mapping and
 * written by streaming, byte for byte as the Python package writes them. Uses DJL's API alone and
 * works with any of its engines; nothing here may call libtorch.
 */
@NullMarked
package dev.retort.torch.safetensors;

import org.jspecify.annotations.NullMarked;
