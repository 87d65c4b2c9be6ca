// Online sums of exponentials: sums[i] · 2^references[i] is what was summed, with the references whole
// numbers near the largest exponent so far. A change of reference multiplies by a power of two, which rounds
// nothing, and x·scale − reference loses nothing to a rounded product however large the logits are.
#pragma once

#include "staged_row.cuh"

// Less than every exponent of a finite logit, and finite: differences with it are no NaN.
static const float LOWEST_REFERENCE = -1e30f;

// Sum i belongs to reference min(i, REFERENCES - 1).
template <int REFERENCES, int SUMS>
struct ScaledSums {
    float references[REFERENCES];
    float sums[SUMS];

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) references[i] = LOWEST_REFERENCE;
#pragma unroll
        for (int i = 0; i < SUMS; i++) sums[i] = 0;
    }

    static __device__ __forceinline__ int reference_of(int sum) {
        return sum < REFERENCES ? sum : REFERENCES - 1;
    }

    // Brings the sums to other, not lower references.
    __device__ __forceinline__ void rescale(const float (&to)[REFERENCES]) {
        float factors[REFERENCES];
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) {
            factors[i] = exp2_fast(references[i] - to[i]);
            references[i] = to[i];
        }
#pragma unroll
        for (int i = 0; i < SUMS; i++) sums[i] *= factors[reference_of(i)];
    }

    template <int LANES>
    __device__ __forceinline__ void over_lanes_of() {
        float highest[REFERENCES];
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) highest[i] = over_lanes<Maximum, LANES>(references[i]);
        rescale(highest);
#pragma unroll
        for (int i = 0; i < SUMS; i++) sums[i] = over_lanes<Sum, LANES>(sums[i]);
    }

    // Every thread of the block gets the whole. The header's scratch is free again after the next barrier.
    __device__ __forceinline__ void over_block_of(RowHeader *header) {
        over_lanes_of<WARP>();
        int lane = threadIdx.x % WARP;
        if (lane == 0) write(header, threadIdx.x / WARP);
        __syncthreads();
        if (lane < (int) blockDim.x / WARP) {
            read(header, lane, cluster_rank());
        } else {
            clear();
        }
        over_lanes_of<WARP>();
    }

    // Every thread of the cluster gets the whole. A cluster_sync() must come before the block ends.
    __device__ __forceinline__ void over_cluster_of(RowHeader *header) {
        over_block_of(header);
        int ranks = cluster_size();
        if (ranks == 1) return;
        if (threadIdx.x == 0) write(header, MAX_WARPS);
        cluster_sync();
        ScaledSums total;
        total.clear();
#pragma unroll 1
        for (int rank = 0; rank < ranks; rank++) {
            ScaledSums part;
            part.read(header, MAX_WARPS, rank);
            total.add(part);
        }
        *this = total;
    }

    __device__ __forceinline__ void add(ScaledSums other) {
        float highest[REFERENCES];
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) highest[i] = fmaxf(references[i], other.references[i]);
        rescale(highest);
        other.rescale(highest);
#pragma unroll
        for (int i = 0; i < SUMS; i++) sums[i] += other.sums[i];
    }

    __device__ __forceinline__ void write(RowHeader *header, int slot) const {
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) header->scratch[i][slot] = references[i];
#pragma unroll
        for (int i = 0; i < SUMS; i++) header->scratch[REFERENCES + i][slot] = sums[i];
    }

    __device__ __forceinline__ void read(const RowHeader *header, int slot, int rank) {
#pragma unroll
        for (int i = 0; i < REFERENCES; i++) references[i] = cluster_read(&header->scratch[i][slot], rank);
#pragma unroll
        for (int i = 0; i < SUMS; i++) sums[i] = cluster_read(&header->scratch[REFERENCES + i][slot], rank);
    }

    // Natural logarithm of sum i.
    __device__ __forceinline__ float log_of(int i) const {
        return LN_2 * references[reference_of(i)] + logf(sums[i]);
    }
};

// The reference for logits whose largest is `top`.
__device__ __forceinline__ float reference_for(float top, float scale) { return ceilf(top * scale); }

template <int N>
__device__ __forceinline__ float largest(const float (&x)[N]) {
    float top = x[0];
#pragma unroll
    for (int i = 1; i < N; i++) top = fmaxf(top, x[i]);
    return top;
}

// How the exponentials at a temperature T and at 1 are computed together. Where T is 1, 2, 4 or 8, the second
// is a power of the first: at most three multiplications instead of one more exponential. The special-function
// units do 16 of those per clock and multiprocessor; with three per element and pass, not memory, they would
// be the limit of a bf16 row on an H200.
template <bool POWERS>
struct Tempered {
    float scale;      // log2(e) / T
    int squarings;    // log2(T)

    static __device__ __forceinline__ Tempered of(float temperature) {
        Tempered t;
        t.scale = LOG2_E / temperature;
        t.squarings = temperature == 8 ? 3 : temperature == 4 ? 2 : temperature == 2 ? 1 : 0;
        return t;
    }

    static __device__ __forceinline__ bool applies(float temperature) {
        return temperature == 1 || temperature == 2 || temperature == 4 || temperature == 8;
    }

    __device__ __forceinline__ float power(float e) const {
        return squared_times(e, squarings);
    }

    // e^(x/T) and e^x, both by their references.
    __device__ __forceinline__ void both(float x, const float (&references)[2], float &at_t,
                                         float &at_1) const {
        at_t = exp2_fast(fmaf(x, scale, -references[0]));
        at_1 = POWERS ? power(at_t) : exp2_fast(fmaf(x, LOG2_E, -references[1]));
    }

    // Raises the references to suit logits up to `top`; references[1] = references[0] · T for powers.
    __device__ __forceinline__ void raise(float top, float (&references)[2]) const {
        references[0] = fmaxf(references[0], reference_for(top, scale));
        references[1] = POWERS ? references[0] * (float) (1 << squarings)
                               : fmaxf(references[1], reference_for(top, LOG2_E));
    }
};
