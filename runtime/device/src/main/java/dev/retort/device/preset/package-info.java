/**
 * What the users of JavaCPP's CUDA presets share: whether a preset can be used, and raw addresses
 * as its pointers. Not exported. No class here needs a preset to be loaded.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.preset;
