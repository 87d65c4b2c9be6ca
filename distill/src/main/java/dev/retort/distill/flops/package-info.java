/**
 * How many floating-point operations DJL blocks take, and how many DJL's engine can do: what model
 * FLOPs utilisation is made of. No training lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.distill.flops;
