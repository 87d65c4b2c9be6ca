// What the kernels need of the hardware, each piece behind one name. Tests compile the same kernels for
// the host and replace this file by an emulation (RETORT_HOST); the toolkit's headers are not needed.
#pragma once

#ifdef RETORT_HOST
#include "emulation.h"
#else

#define KERNEL(name, threads, ...) extern "C" __global__ void __launch_bounds__ threads name(__VA_ARGS__)
#define DYNAMIC_SHARED(name) extern __shared__ __align__(128) unsigned char name[]

typedef unsigned long long u64;

static const unsigned ALL_LANES = 0xffffffffu;

// ---- arithmetic -----------------------------------------------------------------------------------------

// 2^x; relative error below 2^-22, exact for whole x.
__device__ __forceinline__ float exp2_fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

// x^(2^n) for n in 0…3. Predicated in place: a branch on a value that is the same in the whole launch makes
// the compiler write the loop around it several times.
__device__ __forceinline__ float squared_times(float x, int n) {
    asm("{ .reg .pred p; setp.gt.s32 p, %1, 0; @p mul.f32 %0, %0, %0; setp.gt.s32 p, %1, 1; @p mul.f32 %0, %0, %0;"
        " setp.gt.s32 p, %1, 2; @p mul.f32 %0, %0, %0; }"
        : "+f"(x)
        : "r"(n));
    return x;
}

__device__ __forceinline__ float half_to_float(unsigned short bits) {
    float x;
    asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
    return x;
}

__device__ __forceinline__ unsigned short float_to_half(float x) {
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
}

__device__ __forceinline__ float bfloat_to_float(unsigned short bits) {
    return __uint_as_float((unsigned) bits << 16);
}

__device__ __forceinline__ unsigned short float_to_bfloat(float x) {
    unsigned short bits;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
}

// Two at once: one instruction, the first in the lower half.
__device__ __forceinline__ unsigned floats_to_halves(float first, float second) {
    unsigned pair;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
    return pair;
}

__device__ __forceinline__ unsigned floats_to_bfloats(float first, float second) {
    unsigned pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
    return pair;
}

// ---- memory ---------------------------------------------------------------------------------------------

// 16 bytes that this launch reads or writes once: they need not stay in the first-level cache. The data
// may be written by the same launch (in-place kernels), so the read-only path must not be used.
__device__ __forceinline__ uint4 load_once(const void *address) {
    uint4 v;
    asm volatile("ld.global.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
                 : "l"(address)
                 : "memory");
    return v;
}

__device__ __forceinline__ void store_once(void *address, uint4 v) {
    asm volatile("st.global.L1::no_allocate.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(address), "r"(v.x),
                 "r"(v.y), "r"(v.z), "r"(v.w)
                 : "memory");
}

__device__ __forceinline__ unsigned shared_address(const void *pointer) {
    return (unsigned) __cvta_generic_to_shared(pointer);
}

// ---- copies from global to shared memory that complete on a barrier ---------------------------------------

// Called by one thread for each barrier; a __syncthreads() must follow before the first use.
__device__ __forceinline__ void arrival_init(u64 *barrier, int threads) {
#if __CUDA_ARCH__ >= 900
    int arrivals = 1;
#else
    int arrivals = threads;
#endif
    asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
#if __CUDA_ARCH__ >= 900
    // The copy engine must see the barrier too.
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
#endif
}

// Called by all threads of the block: starts to copy one chunk of one or two matrices, `bytes` of each, a
// multiple of 16, announced on one barrier. On Hopper one thread hands it to the bulk copy engine; before it,
// every thread copies its share, 16 bytes at a time.
template <int MATRICES>
__device__ __forceinline__ void copy_start(u64 *barrier, void *shared_a, const void *a, void *shared_b,
                                           const void *b, int bytes) {
#if __CUDA_ARCH__ >= 900
    if (threadIdx.x != 0) return;
    unsigned at = shared_address(barrier);
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(at), "r"(MATRICES * bytes) : "memory");
#pragma unroll
    for (int i = 0; i < MATRICES; i++) {
        asm volatile(
            "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
                shared_address(i == 0 ? shared_a : shared_b)),
            "l"(i == 0 ? a : b), "r"(bytes), "r"(at)
            : "memory");
    }
#else
#pragma unroll
    for (int i = 0; i < MATRICES; i++) {
        unsigned to = shared_address(i == 0 ? shared_a : shared_b);
        const char *from = (const char *) (i == 0 ? a : b);
        for (int at = threadIdx.x * 16; at < bytes; at += blockDim.x * 16) {
            asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to + at), "l"(from + at) : "memory");
        }
    }
    asm volatile("cp.async.mbarrier.arrive.noinc.shared.b64 [%0];" ::"r"(shared_address(barrier)) : "memory");
#endif
}

// Waits until the copies announced on a barrier have arrived; each barrier is used once.
__device__ __forceinline__ void arrival_wait(u64 *barrier) {
    unsigned at = shared_address(barrier);
    unsigned done = 0;
    while (done == 0) {
#if __CUDA_ARCH__ >= 900
        asm volatile(
            "{ .reg .pred p; mbarrier.try_wait.parity.shared.b64 p, [%1], 0; selp.u32 %0, 1, 0, p; }"
            : "=r"(done)
            : "r"(at)
            : "memory");
#else
        asm volatile(
            "{ .reg .pred p; mbarrier.test_wait.parity.shared.b64 p, [%1], 0; selp.u32 %0, 1, 0, p; }"
            : "=r"(done)
            : "r"(at)
            : "memory");
#endif
    }
}

// ---- clusters: blocks that run at the same time and read each other's shared memory -------------------------

__device__ __forceinline__ int cluster_size() {
#if __CUDA_ARCH__ >= 900
    unsigned n;
    asm("mov.u32 %0, %%cluster_nctaid.x;" : "=r"(n));
    return (int) n;
#else
    return 1;
#endif
}

__device__ __forceinline__ int cluster_rank() {
#if __CUDA_ARCH__ >= 900
    unsigned rank;
    asm("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return (int) rank;
#else
    return 0;
#endif
}

// All threads of all blocks of the cluster meet; what they wrote to shared memory is seen by the others.
__device__ __forceinline__ void cluster_sync() {
#if __CUDA_ARCH__ >= 900
    // Not the aligned form: the loops before it need not have brought the lanes of a warp together again.
    asm volatile("barrier.cluster.arrive.release;\n\tbarrier.cluster.wait.acquire;" ::: "memory");
#else
    __syncthreads();
#endif
}

// The value that the block with this rank has at the same place of its shared memory.
__device__ __forceinline__ float cluster_read(const float *own, int rank) {
#if __CUDA_ARCH__ >= 900
    unsigned remote;
    float value;
    asm("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(remote) : "r"(shared_address(own)), "r"(rank));
    asm volatile("ld.shared::cluster.f32 %0, [%1];" : "=f"(value) : "r"(remote) : "memory");
    return value;
#else
    return *own;
#endif
}

__device__ __forceinline__ unsigned cluster_read(const unsigned *own, int rank) {
    return __float_as_uint(cluster_read((const float *) own, rank));
}

#endif
