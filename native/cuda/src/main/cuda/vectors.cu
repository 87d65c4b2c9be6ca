// The classic yardsticks over vectors: copy, saxpy, reduce.
#include "reductions.cuh"

static const int VECTOR_THREADS = 256;
static const int IN_FLIGHT = 4;  // accesses of 16 bytes that a thread starts before it uses the first
static const int BLOCK_VECTORS = VECTOR_THREADS * IN_FLIGHT;

// Grid: a block for each 16 KiB begun. Both addresses are multiples of 16.
KERNEL(copy, (VECTOR_THREADS), const unsigned char *from, unsigned char *to, long long bytes) {
    long long vectors = bytes / 16;
    long long first = (long long) blockIdx.x * BLOCK_VECTORS + threadIdx.x;
    uint4 v[IN_FLIGHT];
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
        long long at = first + i * VECTOR_THREADS;
        if (at < vectors) v[i] = load_once(from + 16 * at);
    }
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
        long long at = first + i * VECTOR_THREADS;
        if (at < vectors) store_once(to + 16 * at, v[i]);
    }
    if (blockIdx.x == gridDim.x - 1 && (int) threadIdx.x < bytes % 16) {
        to[16 * vectors + threadIdx.x] = from[16 * vectors + threadIdx.x];
    }
}

// y ← a · x + y. Grid: a block for each 4,096 elements begun. Both addresses are multiples of 16.
KERNEL(saxpy, (VECTOR_THREADS), float a, const float *x, float *y, long long n) {
    long long vectors = n / 4;
    long long first = (long long) blockIdx.x * BLOCK_VECTORS + threadIdx.x;
    uint4 vx[IN_FLIGHT], vy[IN_FLIGHT];
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
        long long at = first + i * VECTOR_THREADS;
        if (at < vectors) {
            vx[i] = load_once(x + 4 * at);
            vy[i] = load_once(y + 4 * at);
        }
    }
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
        long long at = first + i * VECTOR_THREADS;
        if (at < vectors) {
            float xs[4], ys[4];
            unpack<float>(vx[i], xs);
            unpack<float>(vy[i], ys);
#pragma unroll
            for (int e = 0; e < 4; e++) ys[e] = fmaf(a, xs[e], ys[e]);
            store_once(y + 4 * at, pack<float>(ys));
        }
    }
    if (blockIdx.x == gridDim.x - 1 && (int) threadIdx.x < n % 4) {
        long long at = 4 * vectors + threadIdx.x;
        y[at] = fmaf(a, x[at], y[at]);
    }
}

// The sum of n floats. Each block sums a stride of the vectors; the threads of the last to end add the blocks' sums
// in double, in an order that the grid alone decides: the same input and grid give the same bits. `finished` is 0
// before and after. Shared memory: a double for each thread and an int.
KERNEL(reduce, (VECTOR_THREADS), const float *x, long long n, float *partial, unsigned *finished, float *sum) {
    DYNAMIC_SHARED(shared);
    long long vectors = n / 4;
    long long stride = (long long) gridDim.x * BLOCK_VECTORS;
    float own[IN_FLIGHT] = {};
    for (long long first = (long long) blockIdx.x * BLOCK_VECTORS + threadIdx.x; first < vectors; first += stride) {
        uint4 v[IN_FLIGHT];
#pragma unroll
        for (int i = 0; i < IN_FLIGHT; i++) {
            long long at = first + i * VECTOR_THREADS;
            v[i] = at < vectors ? load_once(x + 4 * at) : make_uint4(0, 0, 0, 0);
        }
#pragma unroll
        for (int i = 0; i < IN_FLIGHT; i++) {
            float e[4];
            unpack<float>(v[i], e);
            own[i] += e[0] + e[1] + (e[2] + e[3]);
        }
    }
    if (blockIdx.x == 0 && (int) threadIdx.x < n % 4) own[0] += x[4 * vectors + threadIdx.x];
    float total = over_block<Sum>(own[0] + own[1] + (own[2] + own[3]), (float *) shared);
    double *sums = (double *) shared;
    unsigned *is_last = (unsigned *) (sums + VECTOR_THREADS);
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = total;
        __threadfence();
        *is_last = atomicAdd(finished, 1) == gridDim.x - 1;
        __threadfence();  // what the other blocks wrote before is there for all threads of this one
    }
    __syncthreads();
    if (!*is_last) return;
    double whole = 0;
    for (int i = threadIdx.x; i < (int) gridDim.x; i += VECTOR_THREADS) whole += ((volatile float *) partial)[i];
    sums[threadIdx.x] = whole;
    __syncthreads();
    for (int step = VECTOR_THREADS / 2; step > 0; step /= 2) {
        if ((int) threadIdx.x < step) sums[threadIdx.x] += sums[threadIdx.x + step];
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        *sum = (float) sums[0];
        *finished = 0;
    }
}
