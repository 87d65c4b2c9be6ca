/**
 * What a call from Java into C costs, by Panama, by JavaCPP's JNI, and from C itself. The mechanism
 * is what is measured, so this package makes restricted calls of its own.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.call;
