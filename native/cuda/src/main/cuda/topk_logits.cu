// The k largest logits of each row, largest first, equal ones by their class, with the log-sum-exp of all
// others at a temperature T: log Σ_rest e^(t/T), −∞ when there are no others. A NaN counts as larger than +∞.
//
// A radix selection: the bits of a logit, made to sort as unsigned numbers, followed by those of its class, so
// that no two are equal; eight bits a pass, from the highest, each pass counting the candidates by their next
// eight bits. It ends as soon as all that remain are wanted, as a rule when the value's bits are used up. The
// row stays in shared memory of a cluster where it fits, and is read once.
#include "scaled_sums.cuh"

static const int DIGIT_BITS = 8;
static const int BINS = 1 << DIGIT_BITS;
static const int CLASS_BITS = 24;
static const int MAX_CLASSES = 1 << CLASS_BITS;

template <class T>
__device__ __forceinline__ unsigned ordered(T x);

template <>
__device__ __forceinline__ unsigned ordered(float x) {
    unsigned bits = __float_as_uint(x);
    return x != x ? 0xffffffffu : bits >> 31 ? ~bits : bits | 0x80000000u;
}

template <class T>
__device__ __forceinline__ unsigned ordered_16(unsigned bits, float x) {
    return x != x ? 0xffffu : bits >> 15 ? ~bits & 0xffffu : bits | 0x8000u;
}

template <>
__device__ __forceinline__ unsigned ordered(half_t x) {
    return ordered_16<half_t>(x.bits, to_float(x));
}

template <>
__device__ __forceinline__ unsigned ordered(bfloat_t x) {
    return ordered_16<bfloat_t>(x.bits, to_float(x));
}

// A logit and its class as one number; larger is earlier.
template <class T>
__device__ __forceinline__ u64 key_of(T x, int c) {
    return (u64) ordered(x) << CLASS_BITS | (unsigned) (MAX_CLASSES - 1 - c);
}

// The elements of a vector, one by one, without an array that is indexed at run time.
template <class T>
union VectorOf {
    uint4 raw;
    T elements[Lanes<T>::COUNT];
};

// After the header and the staged vectors.
struct Selection {
    unsigned counts[BINS];      // of this block
    unsigned total[BINS];       // of the cluster
    unsigned digit, above;      // the chosen bin, and how many keys lie in higher ones
    unsigned found, padding;    // keys of this block that were selected
};

static_assert(sizeof(Selection) == 2064, "the launcher allots so much");

template <class T>
__device__ __forceinline__ void topk_row(StagedRow<T, 1> &row, Selection *selection, u64 *keys, int k,
                                         float scale, float *logits, int *classes, float *rest) {
    const int N = Lanes<T>::COUNT;
    bool has_edge = (int) threadIdx.x < row.edges();
    int edge = row.edge_element(threadIdx.x);
    T edge_value = row.rows[0][has_edge ? edge : 0];
    int ranks = cluster_size();

    int shift = 8 * (int) sizeof(T) + CLASS_BITS;
    u64 prefix = 0;
    int wanted = k;
    int candidates = row.classes;
    while (wanted < candidates) {
        shift -= DIGIT_BITS;
        for (int i = threadIdx.x; i < BINS; i += blockDim.x) selection->counts[i] = 0;
        __syncthreads();
        auto count = [&](T x, int c) {
            u64 key = key_of(x, c);
            if (key >> shift >> DIGIT_BITS == prefix) {
                atomicAdd(&selection->counts[key >> shift & (BINS - 1)], 1);
            }
        };
        if (has_edge) count(edge_value, edge);
        row.for_each([&](int i, uint4 a, uint4) {
            VectorOf<T> v;
            v.raw = a;
#pragma unroll
            for (int e = 0; e < N; e++) count(v.elements[e], row.element(i) + e);
        });
        cluster_sync();
        for (int i = threadIdx.x; i < BINS; i += blockDim.x) {
            unsigned sum = 0;
            for (int rank = 0; rank < ranks; rank++) sum += cluster_read(&selection->counts[i], rank);
            selection->total[i] = sum;
        }
        // The counts are cleared in the next pass: no other block may still read them.
        cluster_sync();
        if (threadIdx.x < WARP) {
            // Lane 0 has the highest bins. The chosen bin is the first at which `wanted` is reached.
            const int EACH = BINS / WARP;
            int high = BINS - 1 - (int) threadIdx.x * EACH;
            unsigned own = 0;
            for (int i = 0; i < EACH; i++) own += selection->total[high - i];
            unsigned up_to = own;
            for (int step = 1; step < WARP; step *= 2) {
                unsigned other = __shfl_up_sync(ALL_LANES, up_to, step);
                if ((int) threadIdx.x >= step) up_to += other;
            }
            unsigned above = up_to - own;
            if (above < (unsigned) wanted && up_to >= (unsigned) wanted) {
                int bin = high;
                while (above + selection->total[bin] < (unsigned) wanted) above += selection->total[bin--];
                selection->digit = bin;
                selection->above = above;
            }
        }
        __syncthreads();
        prefix = prefix << DIGIT_BITS | selection->digit;
        wanted -= selection->above;
        candidates = selection->total[selection->digit];
        __syncthreads();
    }

    if (threadIdx.x == 0) selection->found = 0;
    __syncthreads();
    ScaledSums<1, 1> others;
    others.clear();
    auto take = [&](T x, int c) {
        u64 key = key_of(x, c);
        if (key >> shift >= prefix) {
            keys[atomicAdd(&selection->found, 1)] = key;
            return true;
        }
        return false;
    };
    auto sum = [&](float x) {
        float to[1] = {fmaxf(others.references[0], reference_for(x, scale))};
        if (to[0] > others.references[0]) others.rescale(to);
        others.sums[0] += exp2_fast(fmaf(x, scale, -to[0]));
    };
    if (has_edge && !take(edge_value, edge)) sum(to_float(edge_value));
    row.for_each([&](int i, uint4 a, uint4) {
        VectorOf<T> v;
        v.raw = a;
#pragma unroll
        for (int e = 0; e < N; e++) {
            if (!take(v.elements[e], row.element(i) + e)) sum(to_float(v.elements[e]));
        }
    });
    others.over_cluster_of(row.header);
    cluster_sync();

    if (cluster_rank() == 0) {
        if (threadIdx.x == 0) *rest = k == row.classes ? NEGATIVE_INFINITY : others.log_of(0);
        // Behind the own keys those of the other blocks, then zeros up to a power of two.
        int size = 1;
        while (size < k) size *= 2;
        int have = selection->found;
        for (int rank = 1; rank < ranks; rank++) {
            int found = cluster_read(&selection->found, rank);
            for (int i = threadIdx.x; i < 2 * found; i += blockDim.x) {
                ((unsigned *) (keys + have))[i] = cluster_read((const unsigned *) keys + i, rank);
            }
            have += found;
        }
        for (int i = have + threadIdx.x; i < size; i += blockDim.x) keys[i] = 0;
        __syncthreads();
        // Bitonic sort, descending.
        for (int run = 2; run <= size; run *= 2) {
            for (int step = run / 2; step > 0; step /= 2) {
                for (int i = threadIdx.x; i < size; i += blockDim.x) {
                    int j = i ^ step;
                    u64 a = keys[i], b = keys[j < size ? j : i];
                    if (j > i && (a < b) == ((i & run) == 0)) {
                        keys[i] = b;
                        keys[j] = a;
                    }
                }
                __syncthreads();
            }
        }
        for (int i = threadIdx.x; i < k; i += blockDim.x) {
            int c = MAX_CLASSES - 1 - (int) (keys[i] & (MAX_CLASSES - 1));
            classes[i] = c;
            logits[i] = to_float(row.rows[0][c]);
        }
    }
    // The other blocks' keys are read until here.
    cluster_sync();
}

// Grid: rows · cluster size. Shared memory: ROW_HEADER_BYTES + 16 · capacity + sizeof(Selection) + 8 · (k rounded
// up to a power of two). Fewer than 2^24 classes.
#define TOPK_LOGITS(suffix, T)                                                                                 \
    KERNEL(topk_logits_##suffix, (512), const T *input, int k, float temperature, float *logits, int *classes, \
           float *rest, int row_classes, int capacity) {                                                       \
        DYNAMIC_SHARED(shared);                                                                                \
        long long r = blockIdx.x / cluster_size();                                                             \
        StagedRow<T, 1> row;                                                                                   \
        row.begin(shared, input + (u64) r * row_classes, nullptr, row_classes, capacity);                      \
        Selection *selection = (Selection *) (shared + ROW_HEADER_BYTES + (u64) capacity * 16);                \
        topk_row(row, selection, (u64 *) (selection + 1), k, LOG2_E / temperature, logits + r * k,             \
                 classes + r * k, rest + r);                                                                   \
    }

TOPK_LOGITS(f32, float)
TOPK_LOGITS(f16, half_t)
TOPK_LOGITS(bf16, bfloat_t)
