/**
 * How runs show themselves to whoever looks at a machine: small files in a folder of the user. It
 * knows nothing of how the numbers come about, and no view lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.status;
