/**
 * Reduction over several devices by NCCL, through JavaCPP's preset: present when {@code
 * org.bytedeco:cuda} and the native artifacts are on the class path, else absent with reasons.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.collective;
