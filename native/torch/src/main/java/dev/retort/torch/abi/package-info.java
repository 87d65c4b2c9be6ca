/**
 * libtorch's C ABI by the FFM API: finding and loading the library, the native functions, the call
 * stack of a thread and the table of mangled C++ symbols. Nothing here knows DJL's arrays; the
 * typed wrappers of single operators are generated into {@code dev.retort.torch.ffi}.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.torch.abi;
