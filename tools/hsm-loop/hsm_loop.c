/*
 * A bare loop on a PKCS#11 library: what the HSM and its library give without anything of ours in
 * between, to compare "operator hsm bench" with. Uses a key that is there, and makes none.
 *
 *   hsm_loop LIBRARY TOKEN_LABEL KEY_LABEL OPERATION THREADS SECONDS     the PIN is VAULT_HSM_PIN
 *   OPERATION   random, gcm-encrypt, gcm-decrypt, cbc-encrypt, cbc-decrypt, hmac
 *
 * Each thread has a session of its own and finds the key once. Prints calls a second, and how long
 * half and 99 of 100 calls took.
 *
 * Build: ./dev hsm-tools, or gcc -O2 -o hsm_loop hsm_loop.c -ldl -lpthread
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned long word;
typedef word (*function)(word, ...);

/* Places in CK_FUNCTION_LIST (PKCS#11 2.40, section 3.6). */
enum {
  INITIALIZE = 0,
  GET_SLOT_LIST = 4,
  GET_TOKEN_INFO = 6,
  OPEN_SESSION = 12,
  LOGIN = 18,
  FIND_INIT = 26,
  FIND = 27,
  FIND_FINAL = 28,
  ENCRYPT_INIT = 29,
  ENCRYPT = 30,
  DECRYPT_INIT = 33,
  DECRYPT = 34,
  SIGN_INIT = 42,
  SIGN = 43,
  RANDOM = 64
};

#define CKA_LABEL 3UL
#define CKF_SERIAL_AND_RW 6UL
#define CKM_SHA256_HMAC 0x251UL
#define CKM_AES_CBC_PAD 0x1085UL
#define CKM_AES_GCM 0x1087UL
#define THREADS_MAX 64
#define CALLS_MAX 500000 /* a thread; more are counted, and their times are not kept */
#define SLOTS_MAX 64

struct mechanism { word number; void *parameter; word length; };
struct attribute { word type; void *value; word length; };
struct gcm { void *iv; word iv_length; word iv_bits; void *aad; word aad_length; word tag_bits; };
struct run { pthread_t thread; long calls; long *nanos; };

static void **functions;
static word slot;
static const char *key_label, *operation;
static double seconds;

static word call(int place, word a, word b, word c, word d, word e) {
  return ((function)functions[place])(a, b, c, d, e);
}

static void must(word answer, const char *what) {
  if (answer != 0) {
    fprintf(stderr, "%s answered 0x%lx\n", what, answer);
    exit(1);
  }
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

static word find(word session) {
  struct attribute wanted = {CKA_LABEL, (void *)key_label, strlen(key_label)};
  word handle = 0, count = 0;
  must(call(FIND_INIT, session, (word)&wanted, 1, 0, 0), "C_FindObjectsInit");
  must(call(FIND, session, (word)&handle, 1, (word)&count, 0), "C_FindObjects");
  must(call(FIND_FINAL, session, 0, 0, 0, 0), "C_FindObjectsFinal");
  if (count == 0) {
    fprintf(stderr, "there is no key \"%s\"\n", key_label);
    exit(1);
  }
  return handle;
}

static word once(int init, word session, struct mechanism *mechanism, word key, unsigned char *in,
                 word in_length, unsigned char *out) {
  word length = 256;
  must(call(init, session, (word)mechanism, key, 0, 0), "the start of the operation");
  must(call(init + 1, session, (word)in, in_length, (word)out, (word)&length), "the operation");
  return length;
}

static void *loop(void *given) {
  struct run *run = given;
  unsigned char plain[32] = {1}, iv[16] = {2}, cipher[256], out[256];
  word session = 0, length = sizeof plain;
  must(call(OPEN_SESSION, slot, CKF_SERIAL_AND_RW, 0, 0, (word)&session), "C_OpenSession");
  struct gcm gcm = {iv, 12, 96, 0, 0, 128};
  int by_gcm = strncmp(operation, "gcm", 3) == 0;
  int by_hmac = strcmp(operation, "hmac") == 0;
  int random = strcmp(operation, "random") == 0;
  int decrypts = strstr(operation, "decrypt") != 0;
  struct mechanism mechanism = {by_gcm ? CKM_AES_GCM : by_hmac ? CKM_SHA256_HMAC : CKM_AES_CBC_PAD,
                                by_gcm ? (void *)&gcm : by_hmac ? 0 : (void *)iv,
                                by_gcm ? sizeof gcm : by_hmac ? 0 : sizeof iv};
  word key = random ? 0 : find(session);
  if (decrypts) {
    length = once(ENCRYPT_INIT, session, &mechanism, key, plain, sizeof plain, cipher);
  }
  long end = now() + (long)(seconds * 1e9), before = now();
  while (before < end) {
    if (random) {
      must(call(RANDOM, session, (word)out, 32, 0, 0), "C_GenerateRandom");
    } else if (decrypts) {
      once(DECRYPT_INIT, session, &mechanism, key, cipher, length, out);
    } else {
      once(by_hmac ? SIGN_INIT : ENCRYPT_INIT, session, &mechanism, key, plain, length, out);
    }
    long after = now();
    if (run->calls < CALLS_MAX) run->nanos[run->calls] = after - before;
    run->calls++;
    before = after;
  }
  return 0;
}

static int by_size(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return x < y ? -1 : x > y;
}

static void choose_slot(const char *label) {
  word slots[SLOTS_MAX], count = SLOTS_MAX;
  must(call(GET_SLOT_LIST, 1, (word)slots, (word)&count, 0, 0), "C_GetSlotList");
  for (word i = 0; i < count; i++) {
    unsigned char info[256];
    char wanted[33];
    snprintf(wanted, sizeof wanted, "%-32s", label);
    must(call(GET_TOKEN_INFO, slots[i], (word)info, 0, 0, 0), "C_GetTokenInfo");
    if (memcmp(info, wanted, 32) == 0) {
      slot = slots[i];
      return;
    }
  }
  fprintf(stderr, "there is no HSM token \"%s\"\n", label);
  exit(1);
}

static void tell(struct run *runs, int threads, long took) {
  long calls = 0, kept = 0;
  for (int i = 0; i < threads; i++) {
    calls += runs[i].calls;
    kept += runs[i].calls < CALLS_MAX ? runs[i].calls : CALLS_MAX;
  }
  long *all = malloc(kept * sizeof *all), at = 0;
  if (all == 0) exit(1);
  for (int i = 0; i < threads; i++) {
    long own = runs[i].calls < CALLS_MAX ? runs[i].calls : CALLS_MAX;
    memcpy(all + at, runs[i].nanos, own * sizeof *all);
    at += own;
  }
  qsort(all, kept, sizeof *all, by_size);
  printf("%s\t%d\t%.0f calls/s\tp50 %.1f µs\tp99 %.1f µs\n", operation, threads,
         calls / (took / 1e9), all[kept / 2] / 1e3, all[kept * 99 / 100] / 1e3);
}

int main(int count, char **arguments) {
  const char *pin = getenv("VAULT_HSM_PIN");
  int threads = count == 7 ? atoi(arguments[5]) : 0;
  seconds = count == 7 ? atof(arguments[6]) : 0;
  if (pin == 0 || threads < 1 || threads > THREADS_MAX || seconds <= 0) {
    fprintf(stderr, "usage: VAULT_HSM_PIN=… hsm_loop LIBRARY TOKEN_LABEL KEY_LABEL OPERATION"
                    " THREADS SECONDS\n");
    return 2;
  }
  void *library = dlopen(arguments[1], RTLD_NOW);
  word (*list)(void **) = library ? (word (*)(void **))dlsym(library, "C_GetFunctionList") : 0;
  if (list == 0) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  char *table = 0;
  must(list((void **)&table), "C_GetFunctionList");
  functions = (void **)(table + sizeof(word)); /* behind the version */
  /* CK_C_INITIALIZE_ARGS with CKF_OS_LOCKING_OK. */
  word initialize[6] = {0, 0, 0, 0, 2, 0};
  must(call(INITIALIZE, (word)initialize, 0, 0, 0, 0), "C_Initialize");
  choose_slot(arguments[2]);
  key_label = arguments[3];
  operation = arguments[4];
  word session = 0;
  must(call(OPEN_SESSION, slot, CKF_SERIAL_AND_RW, 0, 0, (word)&session), "C_OpenSession");
  must(call(LOGIN, session, 1, (word)pin, strlen(pin), 0), "C_Login");
  struct run runs[THREADS_MAX] = {0};
  for (int i = 0; i < threads; i++) {
    runs[i].nanos = malloc(CALLS_MAX * sizeof *runs[i].nanos);
    if (runs[i].nanos == 0) return 1;
  }
  long start = now();
  for (int i = 0; i < threads; i++) pthread_create(&runs[i].thread, 0, loop, &runs[i]);
  for (int i = 0; i < threads; i++) pthread_join(runs[i].thread, 0);
  tell(runs, threads, now() - start);
  return 0;
}
