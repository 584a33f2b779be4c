// One pass over memory for each half of a GPA step, and for a whole step around AdamW.
//
// A second writing of update.py for speed; tests/optim/test_native.py and test_adamw.py tie it to
// that and to core.two_buffer.  Compiled at first use by native.py, without any header but the
// standard library's.  1 - c and 1 - lr * decay are applied as d - c * d: see update.py.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>
#ifdef _OPENMP
#include <omp.h>
#endif

namespace {

template <class T> struct Before { T z, x; };
template <class T> struct After { T y, delta; };

template <class T> inline Before<T> uncovered(T y, T delta, T mu_y) {
  const T z = y - mu_y * delta;
  return {z, z + delta};
}

template <class T> inline After<T> covered(T z, T x, T c, T mu_y) {
  const T gone = x - z;
  const T delta = gone - c * gone;
  return {z + mu_y * delta, delta};
}

// Calls body(tensor, first, last) so that every thread gets an equal share of all elements.
template <class Body>
void share_out(int64_t count, const int64_t* sizes, int threads, const Body& body) {
  int64_t total = 0;
  for (int64_t j = 0; j < count; ++j) total += sizes[j];
  const auto part = [&](int64_t share, int64_t shares) {
    const int64_t low = total * share / shares, high = total * (share + 1) / shares;
    int64_t start = 0;
    for (int64_t j = 0; j < count; start += sizes[j++]) {
      const int64_t first = std::max<int64_t>(low - start, 0);
      const int64_t last = std::min(high - start, sizes[j]);
      if (first < last) body(j, first, last);
    }
  };
#ifdef _OPENMP
  if (threads > 1) {
#pragma omp parallel num_threads(threads)
    part(omp_get_thread_num(), omp_get_num_threads());
    return;
  }
#endif
  part(0, 1);
}

template <class T>
void uncover(int64_t count, const int64_t* sizes, T** ys, T** deltas, T mu_y, int threads) {
  share_out(count, sizes, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict y = ys[j], *__restrict delta = deltas[j];
#pragma omp simd
    for (int64_t i = first; i < last; ++i) {
      const Before<T> now = uncovered(y[i], delta[i], mu_y);
      y[i] = now.z;
      delta[i] = now.x;
    }
  });
}

template <class T>
void cover(int64_t count, const int64_t* sizes, T** zs, T** xs, T c, T mu_y, int threads) {
  share_out(count, sizes, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict z = zs[j], *__restrict x = xs[j];
#pragma omp simd
    for (int64_t i = first; i < last; ++i) {
      const After<T> next = covered(z[i], x[i], c, mu_y);
      z[i] = next.y;
      x[i] = next.delta;
    }
  });
}

// What the step of one group has in common; the fields are those of adamw_cpu.Constants.
struct Constants {
  double sign, lr, decay, beta1, beta2, eps, c, mu_y_before, mu_y_after;
};

// The counts differ from tensor to tensor where gradients have come late.
template <class T>
void adamw(int64_t count, const int64_t* sizes, T** ys, T** gradients, T** means, T** squares,
           T** deltas, float** steps, const Constants* k, int threads) {
  const T sign = k->sign, decay = k->lr * k->decay, eps = k->eps, c = k->c;
  const T share1 = 1 - k->beta1, beta2 = k->beta2, share2 = 1 - k->beta2;
  const T before = k->mu_y_before, after = k->mu_y_after;
  std::vector<T> rates(count), roots(count);
  for (int64_t j = 0; j < count; ++j) {
    const double t = ++*steps[j];
    rates[j] = k->lr / (1 - std::pow(k->beta1, t));
    roots[j] = 1 / std::sqrt(1 - std::pow(k->beta2, t));
  }
  share_out(count, sizes, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict y = ys[j], *__restrict mean = means[j], *__restrict square = squares[j];
    T* __restrict delta = deltas[j];
    const T* __restrict gradient = gradients[j];
    const T rate = rates[j], root = roots[j];
#pragma omp simd
    for (int64_t i = first; i < last; ++i) {
      const T g = sign * gradient[i];
      const Before<T> now = uncovered(y[i], delta[i], before);
      const T m = mean[i] + share1 * (g - mean[i]);
      const T v = beta2 * square[i] + share2 * g * g;
      const T z = (now.z - decay * now.z) - rate * (m / (std::sqrt(v) * root + eps));
      const After<T> next = covered(z, now.x, c, after);
      y[i] = next.y;
      mean[i] = m;
      square[i] = v;
      delta[i] = next.delta;
    }
  });
}

}  // namespace

#define KERNELS_FOR(T)                                                                             \
  extern "C" void uncover_##T(int64_t n, const int64_t* sizes, T** y, T** delta, double mu_y,      \
                              int threads) {                                                       \
    uncover<T>(n, sizes, y, delta, mu_y, threads);                                                 \
  }                                                                                                \
  extern "C" void cover_##T(int64_t n, const int64_t* sizes, T** z, T** x, double c, double mu_y,  \
                            int threads) {                                                         \
    cover<T>(n, sizes, z, x, c, mu_y, threads);                                                    \
  }                                                                                                \
  extern "C" void adamw_##T(int64_t n, const int64_t* sizes, T** y, T** g, T** m, T** v, T** d,    \
                            float** steps, const Constants* k, int threads) {                      \
    adamw<T>(n, sizes, y, g, m, v, d, steps, k, threads);                                          \
  }

KERNELS_FOR(float)
KERNELS_FOR(double)
