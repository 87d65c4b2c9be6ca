/**
 * Products of matrices in device memory by cuBLASLt, through JavaCPP's preset: present when {@code
 * org.bytedeco:cuda} and the native artifacts are on the class path, else absent with reasons. No
 * tensor library is known here: a matrix is memory, an element type and extents.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.blas;
