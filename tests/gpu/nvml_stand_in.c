/* Stands in for libnvidia-ml.so.1 below the real pynvml: the functions that it looks up, with
 * memory and power that follow a script.
 *
 * NVML_STAND_IN_SCRIPT names a file of lines:
 *   init CODE             nvmlInit answers CODE
 *   device NAME           one more device; the lines below belong to it (no blanks in NAME)
 *   point T_S MIB MW      from T_S seconds after the first nvmlInit, MIB in use and MW drawn;
 *                         straight lines between points
 *   lost T_S              from then on the device answers "GPU is lost" (15)
 *   process PID MIB       a computing process on the device; MIB below 0: named, its memory hidden
 *   drawing PID MIB       the same in the list of those that draw
 *   load PERCENT C        how busy and how hot it is; without this line neither is reported
 *   no_power              the device does not report power (3, not supported)
 *   no_memory             nor memory
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_DEVICES 4
#define MAX_POINTS 64
#define MAX_PROCESSES 16
#define TOTAL_MIB 24564ULL
#define MIB (1024ULL * 1024ULL)

enum {
    SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3,
    INSUFFICIENT_SIZE = 7, GPU_IS_LOST = 15
};

typedef struct { double t_s, mib, mw; } point_t;
typedef struct { unsigned int pid; unsigned long long used; unsigned int instances[2]; } process_t;
typedef struct { int n; process_t all[MAX_PROCESSES]; } list_t;
typedef struct {
    char name[96];
    list_t computing, drawing;
    int has_load;
    unsigned int load_pct, celsius;
    point_t points[MAX_POINTS];
    int n_points;
    double lost_s; /* below 0: never */
    int no_power, no_memory;
} device_t;
typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned int gpu, memory; } utilization_t;

static device_t devices[MAX_DEVICES];
static int n_devices = 0, init_code = SUCCESS, n_open = 0;
static double first_s = -1.0;

static double now_s(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void add_process(list_t *list, unsigned int pid, long long mib) {
    if (list->n == MAX_PROCESSES) return;
    process_t *process = &list->all[list->n++];
    memset(process, 0, sizeof *process);
    process->pid = pid;
    process->used = mib < 0 ? ~0ULL : (unsigned long long)mib * MIB;
}

static void read_line(const char *line) {
    device_t *device = n_devices ? &devices[n_devices - 1] : NULL;
    point_t point;
    char name[96];
    unsigned int pid;
    long long held;
    if (sscanf(line, "init %d", &init_code) == 1) return;
    if (sscanf(line, "device %95s", name) == 1 && n_devices < MAX_DEVICES) {
        device = &devices[n_devices++];
        memset(device, 0, sizeof *device);
        device->lost_s = -1.0;
        for (size_t at = 0; name[at]; at++) device->name[at] = name[at] == '_' ? ' ' : name[at];
    }
    if (!device) return;
    if (sscanf(line, "point %lf %lf %lf", &point.t_s, &point.mib, &point.mw) == 3 &&
        device->n_points < MAX_POINTS)
        device->points[device->n_points++] = point;
    sscanf(line, "lost %lf", &device->lost_s);
    if (sscanf(line, "process %u %lld", &pid, &held) == 2)
        add_process(&device->computing, pid, held);
    if (sscanf(line, "drawing %u %lld", &pid, &held) == 2)
        add_process(&device->drawing, pid, held);
    if (sscanf(line, "load %u %u", &device->load_pct, &device->celsius) == 2) device->has_load = 1;
    if (!strncmp(line, "no_power", 8)) device->no_power = 1;
    if (!strncmp(line, "no_memory", 9)) device->no_memory = 1;
}

static void read_script(void) {
    char line[256];
    const char *path = getenv("NVML_STAND_IN_SCRIPT");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file) return;
    while (fgets(line, sizeof line, file)) read_line(line);
    fclose(file);
}

static point_t at_present(const device_t *device) {
    double t_s = now_s() - first_s;
    point_t before = device->points[0], result = before;
    for (int at = 0; at < device->n_points; at++) {
        point_t here = device->points[at];
        if (here.t_s >= t_s) {
            double span = here.t_s - before.t_s;
            double share = span > 0 ? (t_s - before.t_s) / span : 0;
            result.mib = before.mib + share * (here.mib - before.mib);
            result.mw = before.mw + share * (here.mw - before.mw);
            return result;
        }
        before = result = here;
    }
    return result;
}

static int state_of(const device_t *device) {
    if (!n_open) return UNINITIALIZED;
    if (!device) return INVALID_ARGUMENT;
    if (device->lost_s >= 0 && now_s() - first_s >= device->lost_s) return GPU_IS_LOST;
    return SUCCESS;
}

int nvmlInitWithFlags(unsigned int flags) {
    (void)flags;
    if (first_s < 0) {
        first_s = now_s();
        read_script();
    }
    if (init_code == SUCCESS) n_open++;
    return init_code;
}

int nvmlShutdown(void) {
    if (!n_open) return UNINITIALIZED;
    n_open--;
    return SUCCESS;
}

const char *nvmlErrorString(int code) { (void)code; return "stand-in"; }

int nvmlDeviceGetCount_v2(unsigned int *count) {
    *count = (unsigned int)n_devices;
    return n_open ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device_t **device) {
    if (index >= (unsigned int)n_devices) return INVALID_ARGUMENT;
    *device = &devices[index];
    return SUCCESS;
}

int nvmlDeviceGetName(device_t *device, char *name, unsigned int length) {
    snprintf(name, length, "%s", device->name);
    return state_of(device);
}

int nvmlDeviceGetMemoryInfo(device_t *device, memory_t *memory) {
    int state = state_of(device);
    if (state != SUCCESS) return state;
    if (device->no_memory) return NOT_SUPPORTED;
    memory->total = TOTAL_MIB * MIB;
    memory->used = (unsigned long long)(at_present(device).mib * (double)MIB);
    memory->free = memory->total - memory->used;
    return SUCCESS;
}

int nvmlDeviceGetPowerUsage(device_t *device, unsigned int *milliwatts) {
    int state = state_of(device);
    if (state != SUCCESS) return state;
    if (device->no_power) return NOT_SUPPORTED;
    *milliwatts = (unsigned int)at_present(device).mw;
    return SUCCESS;
}

int nvmlDeviceGetUtilizationRates(device_t *device, utilization_t *rates) {
    int state = state_of(device);
    if (state != SUCCESS) return state;
    if (!device->has_load) return NOT_SUPPORTED;
    rates->gpu = device->load_pct;
    rates->memory = 0;
    return SUCCESS;
}

int nvmlDeviceGetTemperature(device_t *device, unsigned int sensor, unsigned int *celsius) {
    int state = state_of(device);
    (void)sensor;
    if (state != SUCCESS) return state;
    if (!device->has_load) return NOT_SUPPORTED;
    *celsius = device->celsius;
    return SUCCESS;
}

static int hand_out(const device_t *device, const list_t *list, unsigned int *n, process_t *into) {
    int state = state_of(device);
    if (state != SUCCESS) return state;
    unsigned int room = *n;
    *n = (unsigned int)list->n;
    if (room < *n) return INSUFFICIENT_SIZE;
    if (*n) memcpy(into, list->all, *n * sizeof *into);
    return SUCCESS;
}

int nvmlDeviceGetComputeRunningProcesses_v3(device_t *device, unsigned int *n, process_t *into) {
    return hand_out(device, &device->computing, n, into);
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(device_t *device, unsigned int *n, process_t *into) {
    return hand_out(device, &device->drawing, n, into);
}
