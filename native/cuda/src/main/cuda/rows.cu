// The classic yardsticks over the rows of a matrix: softmax and layernorm. Each row is shared by a cluster of
// blocks and read once where it fits, see staged_row.cuh. Output may be input; both begin at multiples of 16 bytes.
#include "scaled_sums.cuh"

// softmax(x)_c = e^(x_c) / Σ e^x. Grid: rows · cluster size. Shared memory: ROW_HEADER_BYTES + 16 · capacity.
template <class T>
__device__ __forceinline__ void softmax(unsigned char *shared, const T *input, T *output, int classes, int capacity) {
    const int N = Lanes<T>::COUNT;
    u64 offset = (u64) (blockIdx.x / cluster_size()) * classes;
    StagedRow<T, 1> row;
    row.begin(shared, input + offset, nullptr, classes, capacity);
    output += offset;
    bool has_edge = (int) threadIdx.x < row.edges();
    int edge = row.edge_element(threadIdx.x);
    ScaledSums<1, 1> sums;
    sums.clear();
    auto reference = [&](float top) {
        float to[1] = {fmaxf(sums.references[0], reference_for(top, LOG2_E))};
        if (to[0] > sums.references[0]) sums.rescale(to);
        return to[0];
    };
    float edge_x = has_edge ? to_float(row.rows[0][edge]) : NEGATIVE_INFINITY;
    float edge_reference = reference(edge_x);
    sums.sums[0] += exp2_fast(fmaf(edge_x, LOG2_E, -edge_reference));
    row.for_each([&](int, uint4 a, uint4) {
        float x[N];
        unpack<T>(a, x);
        float to = reference(largest(x));
#pragma unroll
        for (int e = 0; e < N; e++) sums.sums[0] += exp2_fast(fmaf(x[e], LOG2_E, -to));
    });
    sums.over_cluster_of(row.header);
    float whole = sums.references[0];
    float factor = 1 / sums.sums[0];
    if (has_edge) set(output[edge], factor * exp2_fast(fmaf(edge_x, LOG2_E, -whole)));
    row.for_each([&](int i, uint4 a, uint4) {
        float x[N], y[N];
        unpack<T>(a, x);
#pragma unroll
        for (int e = 0; e < N; e++) y[e] = factor * exp2_fast(fmaf(x[e], LOG2_E, -whole));
        store_once(output + row.element(i), pack<T>(y));
    });
    cluster_sync();
}

// y = (x − mean) / √(variance + ε) · scale + shift, the variance that of the population. Scale and shift are
// floats, one for each element of a row. The variance is summed from the differences to the mean, in a pass of
// its own over the staged row, so that a large mean costs no digits. Grid and shared memory as for softmax.
template <class T>
__device__ __forceinline__ void layernorm(unsigned char *shared, const T *input, const float *scale,
                                          const float *shift, T *output, int classes, float epsilon,
                                          int capacity) {
    const int N = Lanes<T>::COUNT;
    u64 offset = (u64) (blockIdx.x / cluster_size()) * classes;
    StagedRow<T, 1> row;
    row.begin(shared, input + offset, nullptr, classes, capacity);
    output += offset;
    bool has_edge = (int) threadIdx.x < row.edges();
    int edge = row.edge_element(threadIdx.x);
    float edge_x = has_edge ? to_float(row.rows[0][edge]) : 0;
    float sum = edge_x;
    row.for_each([&](int, uint4 a, uint4) {
        float x[N];
        unpack<T>(a, x);
#pragma unroll
        for (int e = 0; e < N; e++) sum += x[e];
    });
    float mean = over_cluster<Sum>(sum, row.header->scratch[0]) / classes;
    sum = has_edge ? (edge_x - mean) * (edge_x - mean) : 0;
    row.for_each([&](int, uint4 a, uint4) {
        float x[N];
        unpack<T>(a, x);
#pragma unroll
        for (int e = 0; e < N; e++) sum = fmaf(x[e] - mean, x[e] - mean, sum);
    });
    // Other scratch than for the mean, which slower blocks may still read.
    float variance = over_cluster<Sum>(sum, row.header->scratch[2]) / classes;
    float factor = 1 / sqrtf(variance + epsilon);
    if (has_edge) set(output[edge], (edge_x - mean) * factor * scale[edge] + shift[edge]);
    row.for_each([&](int i, uint4 a, uint4) {
        float x[N], y[N];
        unpack<T>(a, x);
        int first = row.element(i);
#pragma unroll
        for (int e = 0; e < N; e++) {
            y[e] = (x[e] - mean) * factor * __ldg(scale + first + e) + __ldg(shift + first + e);
        }
        store_once(output + first, pack<T>(y));
    });
    cluster_sync();
}

#define ROWS(suffix, T)                                                                                        \
    KERNEL(softmax_##suffix, (512), const T *input, T *output, int classes, int capacity) {                    \
        DYNAMIC_SHARED(shared);                                                                                \
        softmax(shared, input, output, classes, capacity);                                                     \
    }                                                                                                          \
    KERNEL(layernorm_##suffix, (512), const T *input, const float *scale, const float *shift, T *output,       \
           int classes, float epsilon, int capacity) {                                                         \
        DYNAMIC_SHARED(shared);                                                                                \
        layernorm(shared, input, scale, shift, output, classes, epsilon, capacity);                            \
    }

ROWS(f32, float)
ROWS(f16, half_t)
ROWS(bf16, bfloat_t)
