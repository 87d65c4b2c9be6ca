/**
 * The stand-in driver: C libraries over host memory that take the place of NVIDIA's in tests. They
 * are built by the tests with gcc and steered through a mapped file; no restricted call is made.
 * Other modules use this package from the test jar.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.cuda.standin;
