// One pass over memory for each half of a GPA step, and for a whole step around AdamW.
//
// A second writing of update.py for speed; tests/optim/step/test_native.py and
// tests/optim/adamw/test_adamw.py tie it to that and to core.two_buffer.  Compiled at first use by
// native.py, without any header but the standard library's.  1 - c and 1 - lr * decay are applied as d - c * d: see update.py.

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

// A row for every tensor: its number of elements, then an address in each column of tensors.
struct Table {
  int64_t count;
  const int64_t* numbers;
  int64_t size(int64_t row) const { return numbers[row]; }
  template <class T> T* at(int64_t row, int64_t column) const {
    return reinterpret_cast<T*>(numbers[(column + 1) * count + row]);
  }
};

// Calls body(tensor, first, last) so that every thread gets an equal share of all elements.
template <class Body>
void share_out(const Table& table, int threads, const Body& body) {
  int64_t total = 0;
  for (int64_t j = 0; j < table.count; ++j) total += table.size(j);
  const auto part = [&](int64_t share, int64_t shares) {
    const int64_t low = total * share / shares, high = total * (share + 1) / shares;
    int64_t start = 0;
    for (int64_t j = 0; j < table.count; start += table.size(j++)) {
      const int64_t first = std::max<int64_t>(low - start, 0);
      const int64_t last = std::min(high - start, table.size(j));
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

template <class T> void uncover(const Table& table, T mu_y, int threads) {
  share_out(table, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict y = table.at<T>(j, 0), *__restrict delta = table.at<T>(j, 1);
#pragma omp simd
    for (int64_t i = first; i < last; ++i) {
      const Before<T> now = uncovered(y[i], delta[i], mu_y);
      y[i] = now.z;
      delta[i] = now.x;
    }
  });
}

template <class T> void cover(const Table& table, T c, T mu_y, int threads) {
  share_out(table, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict z = table.at<T>(j, 0), *__restrict x = table.at<T>(j, 1);
#pragma omp simd
    for (int64_t i = first; i < last; ++i) {
      const After<T> next = covered(z[i], x[i], c, mu_y);
      z[i] = next.y;
      x[i] = next.delta;
    }
  });
}

// What the step of one group has in common; the fields are those of adamw.cpu.Scalars.
struct Scalars {
  double sign, lr, decay, beta1, beta2, eps, c, mu_y_before, mu_y_after;
};

// Columns: y, gradient, m, v, delta, count of steps.  The counts differ from tensor to tensor where
// gradients have come late.
template <class T> void adamw(const Table& table, const Scalars* k, int threads) {
  const T sign = k->sign, decay = k->lr * k->decay, eps = k->eps, c = k->c;
  const T share1 = 1 - k->beta1, beta2 = k->beta2, share2 = 1 - k->beta2;
  const T before = k->mu_y_before, after = k->mu_y_after;
  std::vector<T> rates(table.count), roots(table.count);
  for (int64_t j = 0; j < table.count; ++j) {
    const double t = ++*table.at<float>(j, 5);
    rates[j] = k->lr / (1 - std::pow(k->beta1, t));
    roots[j] = 1 / std::sqrt(1 - std::pow(k->beta2, t));
  }
  share_out(table, threads, [&](int64_t j, int64_t first, int64_t last) {
    T *__restrict y = table.at<T>(j, 0), *__restrict mean = table.at<T>(j, 2);
    T *__restrict square = table.at<T>(j, 3), *__restrict delta = table.at<T>(j, 4);
    const T* __restrict gradient = table.at<T>(j, 1);
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
  extern "C" void uncover_##T(int64_t n, const int64_t* numbers, double mu_y, int threads) {       \
    uncover<T>({n, numbers}, mu_y, threads);                                                       \
  }                                                                                                \
  extern "C" void cover_##T(int64_t n, const int64_t* numbers, double c, double mu_y,              \
                            int threads) {                                                         \
    cover<T>({n, numbers}, c, mu_y, threads);                                                      \
  }                                                                                                \
  extern "C" void adamw_##T(int64_t n, const int64_t* numbers, const Scalars* k, int threads) {  \
    adamw<T>({n, numbers}, k, threads);                                                            \
  }

KERNELS_FOR(float)
KERNELS_FOR(double)
