// The kernels' hardware, emulated on the host: the same .cu files are compiled by g++ with this in the place
// of hardware.cuh. Each thread of a block is a fiber that runs until it must wait for others, at a barrier or
// a shuffle; the blocks of a cluster run together, clusters one after another. It checks algorithms, indices,
// barriers and alignment. It says nothing about speed, about the memory model, or about the PTX.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <algorithm>
#include <tuple>
#include <utility>

using std::max;
using std::min;

typedef unsigned long long u64;

#define __device__
#define __forceinline__ inline __attribute__((always_inline))

// ---- launches ---------------------------------------------------------------------------------------------

struct Dim3 {
    unsigned x, y, z;
};

namespace emulation {

// A launch that owns copies of its arguments.
struct Call {
    virtual ~Call() {}
    virtual void run() const = 0;
};

// NULL when the sizes are not those of the kernel's parameters.
typedef Call *(*Prepare)(void **arguments, int count, const size_t *sizes);

struct Registration {
    Registration(const char *name, int max_threads, Prepare prepare);
};

template <auto function, class... A>
struct Bound : Call {
    std::tuple<A...> values;
    explicit Bound(void **arguments) : Bound(arguments, std::index_sequence_for<A...>()) {}
    template <size_t... I>
    Bound(void **arguments, std::index_sequence<I...>) : values(*(A *) arguments[I]...) {
        (void) arguments;
    }
    void run() const override { std::apply(function, values); }
};

template <auto function, class... A>
Prepare prepare_as(void (*)(A...)) {
    return [](void **arguments, int count, const size_t *sizes) -> Call * {
        const size_t expected[] = {sizeof(A)...};
        if (count != sizeof...(A) || !std::equal(expected, expected + count, sizes)) return nullptr;
        return new Bound<function, A...>(arguments);
    };
}

// What the running fiber sees.
struct Block;
struct Thread {
    Dim3 index;
    Block *block;
};

const Thread &current();
Dim3 block_index();
Dim3 block_extent();
Dim3 grid_extent();
int cluster_rank();
int cluster_size();
unsigned char *shared_memory();
void block_barrier();
void warp_barrier();
void cluster_barrier();
unsigned exchange(unsigned value, int lane);  // the value that another lane of the warp gave
void *at_rank(const void *own, int rank);
void copy_begin(u64 *barrier, void *to, const void *from, int bytes);
void copy_wait(u64 *barrier);
[[noreturn]] void fail(const char *what);

inline void check_aligned(const void *address, size_t to) {
    if ((uintptr_t) address % to != 0) fail("misaligned address");
}

}  // namespace emulation

#define EMULATION_FIRST(first, ...) first
#define EMULATION_BOUNDS(...) EMULATION_FIRST(__VA_ARGS__, 0)
#define KERNEL(name, threads, ...)                                                                         \
    static void name(__VA_ARGS__);                                                                         \
    static emulation::Registration registration_##name(#name, EMULATION_BOUNDS threads,                    \
                                                       emulation::prepare_as<name>(name));                 \
    static void name(__VA_ARGS__)
#define DYNAMIC_SHARED(name) unsigned char *name = emulation::shared_memory()

#define threadIdx (emulation::current().index)
#define blockIdx (emulation::block_index())
#define blockDim (emulation::block_extent())
#define gridDim (emulation::grid_extent())

// ---- what nvcc knows by itself ----------------------------------------------------------------------------

struct uint4 {
    unsigned x, y, z, w;
};

inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

inline float __uint_as_float(unsigned bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

inline unsigned __float_as_uint(float x) {
    unsigned bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

inline float __fmul_rn(float a, float b) { return a * b; }
inline float __ldg(const float *address) { return *address; }
inline void __syncthreads() { emulation::block_barrier(); }
inline void __syncwarp() { emulation::warp_barrier(); }
inline void __threadfence() {}

inline float __shfl_xor_sync(unsigned, float x, int step) {
    int lane = threadIdx.x % 32;
    return __uint_as_float(emulation::exchange(__float_as_uint(x), lane ^ step));
}

inline unsigned __shfl_up_sync(unsigned, unsigned x, int step) {
    int lane = threadIdx.x % 32;
    return emulation::exchange(x, lane >= step ? lane - step : lane);
}

// Fibers change only where they wait, so these need no care.
inline unsigned atomicAdd(unsigned *address, unsigned by) {
    unsigned before = *address;
    *address += by;
    return before;
}

inline void atomicOr(unsigned *address, unsigned bits) { *address |= bits; }

// ---- what hardware.cuh gives --------------------------------------------------------------------------------

static const unsigned ALL_LANES = 0xffffffffu;

inline float exp2_fast(float x) { return x < -126 ? 0 : exp2f(x); }

inline float squared_times(float x, int n) {
    for (int i = 0; i < n; i++) x *= x;
    return x;
}

float half_to_float(unsigned short bits);
unsigned short float_to_half(float x);
unsigned short float_to_bfloat(float x);
inline float bfloat_to_float(unsigned short bits) { return __uint_as_float((unsigned) bits << 16); }

inline unsigned floats_to_halves(float first, float second) {
    return (unsigned) float_to_half(first) | (unsigned) float_to_half(second) << 16;
}

inline unsigned floats_to_bfloats(float first, float second) {
    return (unsigned) float_to_bfloat(first) | (unsigned) float_to_bfloat(second) << 16;
}

inline uint4 load_once(const void *address) {
    emulation::check_aligned(address, 16);
    return *(const uint4 *) address;
}

inline void store_once(void *address, uint4 v) {
    emulation::check_aligned(address, 16);
    *(uint4 *) address = v;
}

inline void arrival_init(u64 *barrier, int) { *barrier = 0; }

template <int MATRICES>
void copy_start(u64 *barrier, void *shared_a, const void *a, void *shared_b, const void *b, int bytes) {
    if (threadIdx.x != 0) return;
    emulation::copy_begin(barrier, shared_a, a, bytes);
    if (MATRICES == 2) emulation::copy_begin(barrier, shared_b, b, bytes);
}

inline void arrival_wait(u64 *barrier) { emulation::copy_wait(barrier); }

inline int cluster_size() { return emulation::cluster_size(); }
inline int cluster_rank() { return emulation::cluster_rank(); }
inline void cluster_sync() { emulation::cluster_barrier(); }

template <class V>
V cluster_read(const V *own, int rank) {
    return *(const V *) emulation::at_rank(own, rank);
}
