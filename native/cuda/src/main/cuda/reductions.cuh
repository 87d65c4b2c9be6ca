// Sums and maxima over the lanes of a warp, a block and a cluster. The order of the operands is fixed, so
// the same input gives the same bits.
#pragma once

#include "elements.cuh"

static const int WARP = 32;
static const int MAX_WARPS = 32;

struct Sum {
    static __device__ __forceinline__ float of(float a, float b) { return a + b; }
    static __device__ __forceinline__ float neutral() { return 0; }
};

struct Maximum {
    static __device__ __forceinline__ float of(float a, float b) { return fmaxf(a, b); }
    static __device__ __forceinline__ float neutral() { return NEGATIVE_INFINITY; }
};

// Over groups of LANES neighbouring lanes; each lane gets the result of its group.
template <class Operator, int LANES>
__device__ __forceinline__ float over_lanes(float x) {
#pragma unroll
    for (int step = LANES / 2; step > 0; step /= 2) {
        x = Operator::of(x, __shfl_xor_sync(ALL_LANES, x, step));
    }
    return x;
}

// Over the block, whose size is a multiple of the warp; every thread gets the result. `scratch` has MAX_WARPS
// floats of shared memory and is free for other use after the next barrier.
template <class Operator>
__device__ __forceinline__ float over_block(float x, float *scratch) {
    x = over_lanes<Operator, WARP>(x);
    int lane = threadIdx.x % WARP;
    if (lane == 0) scratch[threadIdx.x / WARP] = x;
    __syncthreads();
    x = lane < (int) blockDim.x / WARP ? scratch[lane] : Operator::neutral();
    return over_lanes<Operator, WARP>(x);
}

// Over the cluster; every thread of every block gets the result. `scratch` has MAX_WARPS + 1 floats. A second
// cluster_sync() must come before the block ends or uses the scratch again.
template <class Operator>
__device__ __forceinline__ float over_cluster(float x, float *scratch) {
    x = over_block<Operator>(x, scratch);
    if (threadIdx.x == 0) scratch[MAX_WARPS] = x;
    cluster_sync();
    int ranks = cluster_size();
    float total = Operator::neutral();
    for (int rank = 0; rank < ranks; rank++) {
        total = Operator::of(total, cluster_read(scratch + MAX_WARPS, rank));
    }
    return total;
}
