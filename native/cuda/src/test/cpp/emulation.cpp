#include "emulation.h"

#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim

#include <map>
#include <memory>
#include <string>
#include <vector>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

namespace emulation {

namespace {

enum { WARP_LANES = 32, STACK_BYTES = 64 << 10, FAILED = 719 };  // CUDA_ERROR_LAUNCH_FAILED

struct Kernel {
    int max_threads;
    Prepare prepare;
};

std::map<std::string, Kernel> &kernels() {
    static std::map<std::string, Kernel> all;
    return all;
}

// Those that have ended are not waited for, as on a device.
struct Barrier {
    int members = 0, arrived = 0;
    unsigned generation = 0;
    bool complete() {
        if (members == 0 || arrived < members) return false;
        arrived = 0;
        generation++;
        return true;
    }
};

struct Warp {
    Barrier barrier;
    unsigned values[WARP_LANES];
};

struct Copy {
    void *to;
    const void *from;
    int bytes;
};

struct Fiber : Thread {
    ucontext_t context;
    int warp;
    bool ended = false;
};

struct Cluster;

}  // namespace

struct Block {
    Dim3 index;
    int rank;
    Cluster *cluster;
    std::vector<unsigned char> memory;
    unsigned char *shared;
    Barrier barrier;
    std::vector<Warp> warps;
    std::map<u64 *, std::vector<Copy>> copies;
};

namespace {

struct Cluster {
    std::vector<std::unique_ptr<Block>> blocks;
    Barrier barrier;
};

struct Launch {
    Dim3 grid, block;
    int cluster;
    size_t shared;
    std::unique_ptr<Call> call;
    int owners;
};

// One launch at a time runs in a process.
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
const Launch *launch;
Fiber *running;
ucontext_t scheduler;
bool moved;
const char *failure;

void yield() { swapcontext(&running->context, &scheduler); }

void wait_at(Barrier &barrier) {
    unsigned generation = barrier.generation;
    barrier.arrived++;
    moved = true;
    if (barrier.complete()) return;
    while (barrier.generation == generation) yield();
    moved = true;
}

void leave(Barrier &barrier) {
    barrier.members--;
    barrier.complete();
}

void fiber_main() {
    launch->call->run();
    Fiber *fiber = running;
    fiber->ended = true;
    moved = true;
    leave(fiber->block->warps[fiber->warp].barrier);
    leave(fiber->block->barrier);
    leave(fiber->block->cluster->barrier);
    yield();
}

struct Stacks {
    size_t bytes;
    char *memory;
    explicit Stacks(size_t count) : bytes(count * STACK_BYTES) {
        memory = (char *) mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                               -1, 0);
    }
    ~Stacks() { munmap(memory, bytes); }
};

void run_cluster(unsigned first, Stacks &stacks) {
    Cluster cluster;
    int threads = (int) launch->block.x;
    std::vector<std::unique_ptr<Fiber>> fibers;
    for (int rank = 0; rank < launch->cluster; rank++) {
        auto block = std::make_unique<Block>();
        block->index = {first + rank, 0, 0};
        block->rank = rank;
        block->cluster = &cluster;
        // What a kernel reads before it writes is NaN and no address.
        block->memory.assign(launch->shared + 256, 0xff);
        block->shared = (unsigned char *) (((uintptr_t) block->memory.data() + 127) / 128 * 128);
        block->barrier.members = threads;
        block->warps.resize(threads / WARP_LANES);
        for (Warp &warp : block->warps) warp.barrier.members = WARP_LANES;
        for (int t = 0; t < threads; t++) {
            auto fiber = std::make_unique<Fiber>();
            fiber->index = {(unsigned) t, 0, 0};
            fiber->block = block.get();
            fiber->warp = t / WARP_LANES;
            getcontext(&fiber->context);
            fiber->context.uc_stack.ss_sp = stacks.memory + fibers.size() * STACK_BYTES;
            fiber->context.uc_stack.ss_size = STACK_BYTES;
            fiber->context.uc_link = nullptr;
            makecontext(&fiber->context, fiber_main, 0);
            fibers.push_back(std::move(fiber));
        }
        cluster.blocks.push_back(std::move(block));
    }
    cluster.barrier.members = threads * launch->cluster;
    size_t alive = fibers.size();
    while (alive > 0 && failure == nullptr) {
        moved = false;
        for (auto &fiber : fibers) {
            if (fiber->ended) continue;
            running = fiber.get();
            swapcontext(&scheduler, &fiber->context);
            if (fiber->ended) alive--;
            if (failure != nullptr) return;
        }
        if (!moved) failure = "threads wait for others that never come";
    }
}

void *run_all(void *) {
    Stacks stacks((size_t) launch->block.x * launch->cluster);
    for (unsigned first = 0; first < launch->grid.x && failure == nullptr; first += launch->cluster) {
        run_cluster(first, stacks);
    }
    return nullptr;
}

}  // namespace

Registration::Registration(const char *name, int max_threads, Prepare prepare) {
    kernels()[name] = {max_threads, prepare};
}

const Thread &current() { return *running; }
Dim3 block_index() { return running->block->index; }
Dim3 block_extent() { return launch->block; }
Dim3 grid_extent() { return launch->grid; }
int cluster_rank() { return running->block->rank; }
int cluster_size() { return launch->cluster; }
unsigned char *shared_memory() { return running->block->shared; }
void block_barrier() { wait_at(running->block->barrier); }
void warp_barrier() { wait_at(running->block->warps[running->warp].barrier); }
void cluster_barrier() { wait_at(running->block->cluster->barrier); }

unsigned exchange(unsigned value, int lane) {
    Warp &warp = running->block->warps[running->warp];
    warp.values[running->index.x % WARP_LANES] = value;
    warp_barrier();
    unsigned other = warp.values[lane];
    warp_barrier();
    return other;
}

void *at_rank(const void *own, int rank) {
    Block &block = *running->block;
    ptrdiff_t offset = (const unsigned char *) own - block.shared;
    if (offset < 0 || offset >= (ptrdiff_t) launch->shared) fail("no address of shared memory");
    return block.cluster->blocks.at(rank)->shared + offset;
}

void copy_begin(u64 *barrier, void *to, const void *from, int bytes) {
    check_aligned(to, 16);
    check_aligned(from, 16);
    Block &block = *running->block;
    ptrdiff_t offset = (unsigned char *) to - block.shared;
    if (bytes % 16 != 0 || offset < 0 || offset + bytes > (ptrdiff_t) launch->shared) {
        fail("a copy of part of a vector, or beyond shared memory");
    }
    block.copies[barrier].push_back({to, from, bytes});
    moved = true;
}

// A copy is done as late as it can be: when its arrival is waited for.
void copy_wait(u64 *barrier) {
    Block &block = *running->block;
    while (*barrier == 0) {
        auto copies = block.copies.find(barrier);
        if (copies == block.copies.end()) {
            yield();
            continue;
        }
        for (const Copy &copy : copies->second) memcpy(copy.to, copy.from, copy.bytes);
        *barrier = 1;
        moved = true;
    }
}

void fail(const char *what) {
    failure = what;
    yield();
    __builtin_unreachable();
}

}  // namespace emulation

// ---- conversions, to the nearest, ties to even ----------------------------------------------------------------

float half_to_float(unsigned short bits) {
    int exponent = bits >> 10 & 31;
    float fraction = (float) (bits & 1023);
    float x = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
              : exponent == 0 ? ldexpf(fraction, -24)
                              : ldexpf(1024 + fraction, exponent - 25);
    return bits >> 15 ? -x : x;
}

unsigned short float_to_half(float x) {
    unsigned short sign = std::signbit(x) ? 0x8000 : 0;
    x = fabsf(x);
    if (std::isnan(x)) return 0x7fff;
    if (x >= 65520) return sign | 0x7c00;
    if (x < ldexpf(1, -14)) return sign | (unsigned short) nearbyintf(ldexpf(x, 24));
    int exponent;
    float fraction = frexpf(x, &exponent);
    int rounded = (int) nearbyintf(ldexpf(fraction, 11));
    return sign | (unsigned short) ((exponent + 13) * 1024 + rounded);
}

unsigned short float_to_bfloat(float x) {
    if (std::isnan(x)) return 0x7fff;
    unsigned bits = __float_as_uint(x);
    return (unsigned short) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// ---- for the stand-in driver ------------------------------------------------------------------------------------

using emulation::Launch;

#define EXPORT extern "C" __attribute__((visibility("default")))

// NULL when there is no such kernel, or it is not made for such a block or such arguments.
EXPORT Launch *emulation_prepare(const char *name, unsigned grid, unsigned block, unsigned cluster, size_t shared,
                                 void **arguments, int count, const size_t *sizes) {
    auto kernel = emulation::kernels().find(name);
    if (kernel == emulation::kernels().end()) return nullptr;
    if ((int) block > kernel->second.max_threads || block % emulation::WARP_LANES != 0) return nullptr;
    emulation::Call *call = kernel->second.prepare(arguments, count, sizes);
    if (call == nullptr) return nullptr;
    return new Launch{{grid, 1, 1}, {block, 1, 1}, (int) cluster, shared, std::unique_ptr<emulation::Call>(call), 1};
}

// 0, or the error code of a kernel that failed. Stacks of the fibers are not those of the calling thread.
EXPORT int emulation_run(const Launch *launch) {
    pthread_mutex_lock(&emulation::lock);
    emulation::launch = launch;
    emulation::failure = nullptr;
    pthread_t thread;
    int result = pthread_create(&thread, nullptr, emulation::run_all, nullptr);
    if (result == 0) pthread_join(thread, nullptr);
    if (emulation::failure != nullptr) fprintf(stderr, "simulated device: %s\n", emulation::failure);
    if (emulation::failure != nullptr) result = emulation::FAILED;
    pthread_mutex_unlock(&emulation::lock);
    return result;
}

EXPORT void emulation_retain(Launch *launch) { launch->owners++; }

EXPORT void emulation_release(Launch *launch) {
    if (--launch->owners == 0) delete launch;
}
