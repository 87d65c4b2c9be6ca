// AdamW (Loshchilov & Hutter, 2019) over many tensors in one launch, with the gradients clipped by their global
// norm and, where it is asked for, an exponential moving average of the parameters in the same pass.
//
//   g ← g · min(1, limit / ‖g‖)        over the gradients of all tensors
//   p ← p · (1 − rate · decay)
//   m ← β1 · m + (1 − β1) · g,   v ← β2 · v + (1 − β2) · g²
//   p ← p − rate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε)
//   average ← δ · average + (1 − δ) · p
//
// A norm that is not finite leaves everything as it is: the step is skipped. Per element the step reads p, g,
// m, v (and the average) and writes p, m, v (and the average): 28 bytes in float, 36 with the average; the norm
// reads g once more before.
#include "reductions.cuh"

static const int CHUNK = 8192;  // elements of a block; a tensor begins with a chunk of its own
static const int UPDATE_THREADS = 256;

struct Tensor {
    float *parameters;
    const void *gradients;
    float *first_moments;
    float *second_moments;
    float *average;  // null: none
    long long elements;
    long long first_chunk;
};

struct Update {
    float learning_rate, beta_1, beta_2, epsilon, weight_decay;
    float bias_1;       // 1 − β1^t
    float root_bias_2;  // √(1 − β2^t)
    float average_decay;
};

// What adamw_clip leaves for the step: the norm, and the factor for the gradients.
struct Clipping {
    float norm, factor;
};

// The tensor to which a chunk belongs: the last that begins at or before it.
__device__ __forceinline__ const Tensor &tensor_of(const Tensor *tensors, int count, long long chunk) {
    int low = 0, high = count - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (tensors[middle].first_chunk <= chunk) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return tensors[low];
}

// Four elements, as one access of 16 or 8 bytes.
template <class T>
union alignas(4 * sizeof(T)) Four {
    T elements[4];
};

__device__ __forceinline__ void load_four(const float *from, float (&x)[4]) { unpack<float>(load_once(from), x); }

template <class T>
__device__ __forceinline__ void load_four(const T *from, float (&x)[4]) {
    Four<T> v = *(const Four<T> *) from;
#pragma unroll
    for (int i = 0; i < 4; i++) x[i] = to_float(v.elements[i]);
}

template <class T>
__device__ __forceinline__ float sum_of_squares(const Tensor &tensor, long long begin, int count) {
    const T *g = (const T *) tensor.gradients + begin;
    float sum = 0;
    int fours = count / 4;
#pragma unroll 4
    for (int i = threadIdx.x; i < fours; i += UPDATE_THREADS) {
        float x[4];
        load_four(g + 4 * i, x);
#pragma unroll
        for (int e = 0; e < 4; e++) sum = fmaf(x[e], x[e], sum);
    }
    int last = 4 * fours + threadIdx.x;
    if (last < count) sum = fmaf(to_float(g[last]), to_float(g[last]), sum);
    return sum;
}

__device__ __forceinline__ void update(float &p, float g, float &m, float &v, const Update &u) {
    p *= 1 - u.learning_rate * u.weight_decay;
    m = u.beta_1 * m + (1 - u.beta_1) * g;
    v = u.beta_2 * v + (1 - u.beta_2) * g * g;
    p -= u.learning_rate / u.bias_1 * m / (sqrtf(v) / u.root_bias_2 + u.epsilon);
}

template <class T, bool AVERAGE>
__device__ __forceinline__ void step(const Tensor &tensor, long long begin, int count, float factor,
                                     const Update &u) {
    float *p = tensor.parameters + begin, *m = tensor.first_moments + begin, *v = tensor.second_moments + begin;
    float *average = AVERAGE ? tensor.average + begin : nullptr;
    const T *g = (const T *) tensor.gradients + begin;
    int fours = count / 4;
#pragma unroll 2
    for (int i = threadIdx.x; i < fours; i += UPDATE_THREADS) {
        float ps[4], gs[4], ms[4], vs[4], as[4];
        load_four(p + 4 * i, ps);
        load_four(g + 4 * i, gs);
        load_four(m + 4 * i, ms);
        load_four(v + 4 * i, vs);
        if (AVERAGE) load_four(average + 4 * i, as);
#pragma unroll
        for (int e = 0; e < 4; e++) {
            update(ps[e], gs[e] * factor, ms[e], vs[e], u);
            if (AVERAGE) as[e] = u.average_decay * as[e] + (1 - u.average_decay) * ps[e];
        }
        store_once(p + 4 * i, pack<float>(ps));
        store_once(m + 4 * i, pack<float>(ms));
        store_once(v + 4 * i, pack<float>(vs));
        if (AVERAGE) store_once(average + 4 * i, pack<float>(as));
    }
    int last = 4 * fours + threadIdx.x;
    if (last < count) {
        update(p[last], to_float(g[last]) * factor, m[last], v[last], u);
        if (AVERAGE) average[last] = u.average_decay * average[last] + (1 - u.average_decay) * p[last];
    }
}

// One block of 1,024 threads: the norm of all gradients from the squares of the chunks, and what follows.
KERNEL(adamw_clip, (1024), const float *squares, int chunks, float limit, Clipping *clipping) {
    DYNAMIC_SHARED(shared);
    double sum = 0;
    for (int i = threadIdx.x; i < chunks; i += blockDim.x) sum += squares[i];
    double *sums = (double *) shared;
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (int step = blockDim.x / 2; step > 0; step /= 2) {
        if ((int) threadIdx.x < step) sums[threadIdx.x] += sums[threadIdx.x + step];
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        float norm = (float) sqrt(sums[0]);
        clipping->norm = norm;
        clipping->factor = norm > limit ? limit / norm : 1;
    }
}

#define ADAMW(suffix, T)                                                                                       \
    KERNEL(adamw_norm_##suffix, (UPDATE_THREADS), const Tensor *tensors, int count, float *squares) {          \
        DYNAMIC_SHARED(shared);                                                                                \
        const Tensor &tensor = tensor_of(tensors, count, blockIdx.x);                                          \
        long long begin = (blockIdx.x - tensor.first_chunk) * CHUNK;                                           \
        float sum = sum_of_squares<T>(tensor, begin, (int) min((long long) CHUNK, tensor.elements - begin));   \
        sum = over_block<Sum>(sum, (float *) shared);                                                          \
        if (threadIdx.x == 0) squares[blockIdx.x] = sum;                                                       \
    }                                                                                                          \
    KERNEL(adamw_step_##suffix, (UPDATE_THREADS), const Tensor *tensors, int count, const Clipping *clipping,  \
           Update update) {                                                                                    \
        if (!(clipping->norm < -NEGATIVE_INFINITY)) return;                                                    \
        const Tensor &tensor = tensor_of(tensors, count, blockIdx.x);                                          \
        long long begin = (blockIdx.x - tensor.first_chunk) * CHUNK;                                           \
        int elements = (int) min((long long) CHUNK, tensor.elements - begin);                                  \
        if (tensor.average == nullptr) {                                                                       \
            step<T, false>(tensor, begin, elements, clipping->factor, update);                                 \
        } else {                                                                                               \
            step<T, true>(tensor, begin, elements, clipping->factor, update);                                  \
        }                                                                                                      \
    }

ADAMW(f32, float)
ADAMW(f16, half_t)
ADAMW(bf16, bfloat_t)
