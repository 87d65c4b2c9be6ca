// A row of one or two equally shaped matrices, read from device memory once.
//
// A cluster of blocks (one block before Hopper) shares a row. Each block copies its part into shared memory,
// as far as that has room, in chunks that it can work on while later ones are still under way; all copies are
// started before the first wait, so that the whole part is in flight at once. What has no room is read again
// from device memory in every pass, most likely from the L2 cache.
//
// Rows may begin at any element: the vectors of 16 bytes between the row's ends are staged, and the fewer than
// one vector's elements before and behind them, the edges, are read directly by the block of rank 0.
#pragma once

#include "reductions.cuh"

static const int MAX_CHUNKS = 32;

// At the start of dynamic shared memory. The launcher knows its size.
struct RowHeader {
    u64 arrivals[MAX_CHUNKS];
    float scratch[8][MAX_WARPS + 2];
};

static const int ROW_HEADER_BYTES = (sizeof(RowHeader) + 127) / 128 * 128;
static_assert(ROW_HEADER_BYTES == 1408, "the launcher allots so much");

template <class T, int MATRICES>
struct StagedRow {
    const T *rows[2];  // the first element of the row in each matrix
    int classes;        // elements of the row
    int head;           // edge elements before the vectors
    int tail_begin;     // where the edge elements behind the vectors begin
    int first;          // this block's first vector within the row
    int count;          // this block's vectors
    int resident;       // how many of them are staged
    int chunk;          // vectors of a chunk, a multiple of the block
    int waited;         // chunks whose arrival this thread has seen
    RowHeader *header;
    unsigned char *stage[2];

    // `capacity`: vectors of one matrix for which each block's shared memory has room. With one matrix, b is
    // ignored.
    __device__ __forceinline__ void begin(unsigned char *shared, const T *a, const T *b, int row_classes,
                                          int capacity) {
        rows[0] = a;
        rows[1] = MATRICES == 2 ? b : a;
        classes = row_classes;
        header = (RowHeader *) shared;
        stage[0] = shared + ROW_HEADER_BYTES;
        stage[1] = stage[0] + (u64) capacity * 16;
        int misaligned = (int) ((u64) a % 16 / sizeof(T));
        head = misaligned == 0 ? 0 : Lanes<T>::COUNT - misaligned;
        if (head > classes) head = classes;
        int vectors = (classes - head) / Lanes<T>::COUNT;
        tail_begin = head + vectors * Lanes<T>::COUNT;
        int part = (vectors + cluster_size() - 1) / cluster_size();
        first = min(part * cluster_rank(), vectors);
        count = min(part, vectors - first);
        resident = min(count, capacity);
        // Two vectors of each matrix for every thread, more if the barriers would not suffice.
        int least = (resident + MAX_CHUNKS - 1) / MAX_CHUNKS;
        chunk = max((least + (int) blockDim.x - 1) / (int) blockDim.x, 2) * (int) blockDim.x;
        waited = 0;
        int chunks = (resident + chunk - 1) / chunk;
        if ((int) threadIdx.x < chunks) arrival_init(&header->arrivals[threadIdx.x], blockDim.x);
        __syncthreads();
        for (int i = 0; i < chunks; i++) {
            int from = i * chunk;
            int bytes = min(chunk, resident - from) * 16;
            copy_start<MATRICES>(&header->arrivals[i], stage[0] + from * 16, source(0, from),
                                 stage[1] + from * 16, source(1, from), bytes);
        }
    }

    // Address in device memory of vector i of this block.
    __device__ __forceinline__ const void *source(int matrix, int i) const {
        return rows[matrix] + element(i);
    }

    // The element with which vector i of this block begins.
    __device__ __forceinline__ int element(int i) const { return head + (first + i) * Lanes<T>::COUNT; }

    __device__ __forceinline__ uint4 staged(int matrix, int i) const {
        return *(const uint4 *) (stage[matrix] + i * 16);
    }

    // How many edge elements this block has; thread e < edges() owns edge element e.
    __device__ __forceinline__ int edges() const {
        return cluster_rank() == 0 ? head + classes - tail_begin : 0;
    }

    __device__ __forceinline__ int edge_element(int e) const { return e < head ? e : tail_begin + e - head; }

    // Calls visit(i, vector of a, vector of b) for this thread's vectors, in the same order in every pass.
    template <class Visit>
    __device__ __forceinline__ void for_each(Visit visit) {
        int ready = waited * chunk;
#pragma unroll 1
        for (int i = threadIdx.x; i < resident; i += blockDim.x) {
            if (i >= ready) {
                arrival_wait(&header->arrivals[waited++]);
                ready += chunk;
            }
            visit(i, staged(0, i), staged(MATRICES - 1, i));
        }
        int i = resident + threadIdx.x;
        if (i >= count) return;
        uint4 a = load_once(source(0, i));
        uint4 b = MATRICES == 2 ? load_once(source(1, i)) : a;
#pragma unroll 1
        while (true) {
            // The next vector's loads are under way while this one is worked on.
            int next = i + blockDim.x;
            uint4 a_next = a, b_next = b;
            if (next < count) {
                a_next = load_once(source(0, next));
                b_next = MATRICES == 2 ? load_once(source(1, next)) : a_next;
            }
            visit(i, a, b);
            if (next >= count) return;
            i = next;
            a = a_next;
            b = b_next;
        }
    }
};
