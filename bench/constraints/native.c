// MaxNorm in C, as fast as plain loops that gcc vectorises make it: what WebAssembly is compared with.
//
// Squares are added in float64 and each product is rounded once to float32, as in kerasproof; the order in which the
// squares are added is whatever is fastest here.
//
//   gcc -O3 -march=native -fno-math-errno native.c -o native -lm
//   native < commands
//
// Each line of the input is `slabs rows runs length columns seconds` and is answered with the seconds that one call
// took: the least of batches of up to a millisecond and more, as in measure.mjs. `ready` is printed first.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef double wide8 __attribute__((vector_size(64)));
typedef float narrow8 __attribute__((vector_size(32)));

static const double limit = 2, epsilon = 1e-7;

static inline wide8 square8(const float *w) {
  narrow8 x;
  memcpy(&x, w, sizeof x);
  wide8 y = __builtin_convertvector(x, wide8);
  return y * y;
}

static double sum_run(const float *w, int64_t n) {
  wide8 a = {0}, b = {0}, c = {0}, d = {0};
  int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    a += square8(w + i);
    b += square8(w + i + 8);
    c += square8(w + i + 16);
    d += square8(w + i + 24);
  }
  for (; i + 8 <= n; i += 8) a += square8(w + i);
  a = (a + b) + (c + d);
  double sum = ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
  for (; i < n; i++) sum += (double)w[i] * w[i];
  return sum;
}

static double factor_of(double sum) {
  double norm = sqrt(sum);
  return (norm < limit ? norm : limit) / (epsilon + norm);
}

/** Groups of `runs` runs of `length` neighbours, `stride` apart. */
static void runs_max_norm(float *w, int64_t groups, int64_t group_stride, int64_t runs, int64_t stride, int64_t length) {
  for (int64_t g = 0; g < groups; g++, w += group_stride) {
    double sum = 0;
    for (int64_t r = 0; r < runs; r++) sum += sum_run(w + r * stride, length);
    double factor = factor_of(sum);
    for (int64_t r = 0; r < runs; r++) {
      float *run = w + r * stride;
      for (int64_t i = 0; i < length; i++) run[i] = (float)(run[i] * factor);
    }
  }
}

enum { strip = 4096 };
static double sums[strip] __attribute__((aligned(64)));

static void columns_max_norm(float *restrict w, int64_t slabs, int64_t rows, int64_t width) {
  for (int64_t s = 0; s < slabs; s++, w += rows * width) {
    for (int64_t c = 0; c < width; c += strip) {
      int64_t n = width - c < strip ? width - c : strip;
      double *restrict sum = sums;
      memset(sum, 0, n * sizeof *sum);
      int64_t r = 0;
      for (; r + 8 <= rows; r += 8) {
        const float *p = w + r * width + c;
        for (int64_t i = 0; i < n; i++) {
          double total = sum[i];
          for (int k = 0; k < 8; k++) total += (double)p[k * width + i] * p[k * width + i];
          sum[i] = total;
        }
      }
      for (; r < rows; r++) {
        const float *p = w + r * width + c;
        for (int64_t i = 0; i < n; i++) sum[i] += (double)p[i] * p[i];
      }
      for (int64_t i = 0; i < n; i++) sum[i] = factor_of(sum[i]);
      for (r = 0; r < rows; r++) {
        float *restrict p = w + r * width + c;
        for (int64_t i = 0; i < n; i++) p[i] = (float)(p[i] * sum[i]);
      }
    }
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(void) {
  long long slabs, rows, runs, length, columns;
  double seconds;
  printf("ready\n");
  fflush(stdout);
  // columns 1: groups are columns of `slabs` matrices of `rows` x `length`; 0: `slabs` groups of `runs` runs.
  while (scanf("%lld %lld %lld %lld %lld %lf", &slabs, &rows, &runs, &length, &columns, &seconds) == 6) {
    int64_t size = columns ? slabs * rows * length : slabs * runs * length;
    float *w = aligned_alloc(64, (size * 4 + 63) / 64 * 64);
    for (int64_t i = 0; i < size; i++) w[i] = (float)sin((double)i) * 0.5f;
    double best = 1e9, start = now();
    int64_t batch = 1;
    for (int batches = 1;; batches++) {
      double before = now();
      for (int64_t i = 0; i < batch; i++) {
        if (columns) columns_max_norm(w, slabs, rows, length);
        else if (runs == 1) runs_max_norm(w, slabs, length, 1, 0, length);
        else runs_max_norm(w, slabs, length, runs, slabs * length, length);
      }
      double after = now(), took = after - before, spent = after - start;
      if (took / batch < best) best = took / batch;
      if (took < 1e-3) batch *= 2;
      if (spent > 10 * seconds || (spent > seconds && batches >= 20)) break;
    }
    free(w);
    printf("%.9g\n", best);
    fflush(stdout);
  }
  return 0;
}
