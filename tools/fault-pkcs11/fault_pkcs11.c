/*
 * A PKCS#11 library that passes every call on to a real one, and makes faults on the way as a plan
 * says. The plan is a text file that is read again whenever it has changed, so a test makes and ends
 * faults while the server runs.
 *
 *   STRONGROOM_FAULT_LIBRARY   the real library
 *   STRONGROOM_FAULT_PLAN      the plan's file; missing or empty means no faults
 *   STRONGROOM_FAULT_TRACE     a file that gets a line a call: FUNCTION and what it answered, in hex
 *
 * A line of the plan: FUNCTION ACTION [VALUE] [PROBABILITY]
 *   FUNCTION      C_Encrypt, or * for every function but C_GetFunctionList
 *   ACTION        return 0x30      answer that CKR code without calling the real function
 *                 after 0x30       call it, then answer that code
 *                 once 0x30        answer that code the first time, until the plan changes
 *                 delay 250        wait so many milliseconds first
 *                 hang             never return while the line stands
 *                 crash            end the process by a segmentation fault
 *                 sessions 1       C_OpenSession answers CKR_SESSION_COUNT above so many
 *                 loseSessions     close all sessions first, once, which ends the login too
 *                 absent           (with *) as while the token is pulled; its sessions end with it
 *                 lock 3           C_Login answers CKR_PIN_LOCKED after so many wrong PINs, for good
 *                 without 0x1087   (with *) no such mechanism: not listed, refused by every function
 *                 readOnly         (with *) no read-write session, nothing is made or destroyed
 *                 ownIv            C_EncryptInit by GCM takes a buffer of zeros only, and writes its IV there
 *                 appendIv         C_EncryptInit and C_Encrypt by GCM: an IV of its own, behind the tag
 *   PROBABILITY   from 0 to 1, by default 1
 * The first line that applies counts; delay, sessions, loseSessions, lock, without and readOnly go on to
 * the next line where they let the call pass. Lines with # are comments. The dice of PROBABILITY are
 * thrown in the same order in every run. docs/hsm/game-day.md says how to hold a game day with it.
 *
 * Build: gcc -shared -fPIC -O2 -o libfault_pkcs11.so fault_pkcs11.c -ldl -lpthread
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long word;
/* Every PKCS#11 function takes at most eight words and returns one. Calling with more words than a
 * function takes is harmless on the System V ABI of x86-64 and AArch64. */
typedef word (*function)(word, word, word, word, word, word, word, word);

#define CKR_OK 0x0UL
#define CKR_GENERAL_ERROR 0x5UL
#define CKR_SESSION_COUNT 0xB1UL
#define CKR_MECHANISM_PARAM_INVALID 0x71UL
#define CKR_MECHANISM_INVALID 0x70UL
#define CKR_DEVICE_REMOVED 0x32UL
#define CKR_PIN_INCORRECT 0xA0UL
#define CKR_PIN_LOCKED 0xA4UL
#define CKR_SESSION_READ_ONLY 0xB5UL
#define CKR_TOKEN_NOT_PRESENT 0xE0UL
#define CKR_TOKEN_WRITE_PROTECTED 0xE2UL
#define CKF_TOKEN_PRESENT 0x1UL
#define CKF_RW_SESSION 0x2UL
#define CKF_USER_PIN_LOCKED 0x40000UL
#define CKM_AES_GCM 0x1087UL

/* The order of CK_FUNCTION_LIST (PKCS#11 2.40, section 3.6). */
#define FUNCTIONS(X) \
  X(C_Initialize) X(C_Finalize) X(C_GetInfo) X(C_GetFunctionList) X(C_GetSlotList) \
  X(C_GetSlotInfo) X(C_GetTokenInfo) X(C_GetMechanismList) X(C_GetMechanismInfo) X(C_InitToken) \
  X(C_InitPIN) X(C_SetPIN) X(C_OpenSession) X(C_CloseSession) X(C_CloseAllSessions) \
  X(C_GetSessionInfo) X(C_GetOperationState) X(C_SetOperationState) X(C_Login) X(C_Logout) \
  X(C_CreateObject) X(C_CopyObject) X(C_DestroyObject) X(C_GetObjectSize) \
  X(C_GetAttributeValue) X(C_SetAttributeValue) X(C_FindObjectsInit) X(C_FindObjects) \
  X(C_FindObjectsFinal) X(C_EncryptInit) X(C_Encrypt) X(C_EncryptUpdate) X(C_EncryptFinal) \
  X(C_DecryptInit) X(C_Decrypt) X(C_DecryptUpdate) X(C_DecryptFinal) X(C_DigestInit) X(C_Digest) \
  X(C_DigestUpdate) X(C_DigestKey) X(C_DigestFinal) X(C_SignInit) X(C_Sign) X(C_SignUpdate) \
  X(C_SignFinal) X(C_SignRecoverInit) X(C_SignRecover) X(C_VerifyInit) X(C_Verify) \
  X(C_VerifyUpdate) X(C_VerifyFinal) X(C_VerifyRecoverInit) X(C_VerifyRecover) \
  X(C_DigestEncryptUpdate) X(C_DecryptDigestUpdate) X(C_SignEncryptUpdate) \
  X(C_DecryptVerifyUpdate) X(C_GenerateKey) X(C_GenerateKeyPair) X(C_WrapKey) X(C_UnwrapKey) \
  X(C_DeriveKey) X(C_SeedRandom) X(C_GenerateRandom) X(C_GetFunctionStatus) X(C_CancelFunction) \
  X(C_WaitForSlotEvent)

enum {
#define X(name) I_##name,
  FUNCTIONS(X)
#undef X
  COUNT
};

static const char *const names[] = {
#define X(name) #name,
    FUNCTIONS(X)
#undef X
};

struct function_list {
  unsigned char major, minor;
  function functions[COUNT];
};

enum action {
  RETURN, AFTER, ONCE, DELAY, HANG, CRASH, SESSIONS, OWN_IV, APPEND_IV, LOSE_SESSIONS, ABSENT, LOCK,
  WITHOUT, READ_ONLY
};

static const struct {
  const char *name;
  enum action action;
  int has_value;
} actions[] = {
    {"return", RETURN, 1}, {"after", AFTER, 1}, {"once", ONCE, 1}, {"delay", DELAY, 1},
    {"hang", HANG, 0}, {"crash", CRASH, 0}, {"sessions", SESSIONS, 1}, {"ownIv", OWN_IV, 0},
    {"appendIv", APPEND_IV, 0}, {"loseSessions", LOSE_SESSIONS, 0}, {"absent", ABSENT, 0},
    {"lock", LOCK, 1}, {"without", WITHOUT, 1}, {"readOnly", READ_ONLY, 0},
};

struct fault {
  int every;
  int index;
  enum action action;
  word value;
  double probability;
  int used;
};

/* CK_MECHANISM and CK_GCM_PARAMS of 2.40. */
struct mechanism {
  word number;
  void *parameter;
  word length;
};
struct gcm {
  unsigned char *iv;
  word iv_bytes, iv_bits;
  unsigned char *aad;
  word aad_bytes, tag_bits;
};

static unsigned char own_iv[12];

#define FAULTS_MAX 64
static struct fault plan[FAULTS_MAX];
static int plan_length;
static struct timespec plan_changed;
static off_t plan_size = -1;
static pthread_mutex_t plan_lock = PTHREAD_MUTEX_INITIALIZER;

static struct function_list *real;
static struct function_list wrapped;
static atomic_long sessions;
static atomic_long wrong_pins;

#define SLOTS_MAX 16
static word slots[SLOTS_MAX];
static int slots_used;

static int index_of(const char *name) {
  for (int i = 0; i < COUNT; i++) {
    if (strcmp(names[i], name) == 0) return i;
  }
  return -1;
}

static void read_line(char *line) {
  char where[64], what[32], first[64] = "", second[64] = "";
  if (line[0] == '#' || sscanf(line, "%63s %31s %63s %63s", where, what, first, second) < 2) return;
  struct fault fault = {.every = strcmp(where, "*") == 0, .index = index_of(where), .probability = 1};
  if (!fault.every && fault.index < 0) {
    fprintf(stderr, "fault plan: no function %s\n", where);
    return;
  }
  int known = -1;
  for (int i = 0; i < (int)(sizeof actions / sizeof actions[0]); i++) {
    if (strcmp(what, actions[i].name) == 0) known = i;
  }
  if (known < 0) {
    fprintf(stderr, "fault plan: no action %s\n", what);
    return;
  }
  fault.action = actions[known].action;
  const char *probability = actions[known].has_value ? second : first;
  if (probability == second) fault.value = strtoul(first, NULL, 0);
  if (probability[0]) fault.probability = atof(probability);
  if (plan_length < FAULTS_MAX) plan[plan_length++] = fault;
}

/* Reads the plan again where it has changed. The caller holds the lock. */
static void refresh(void) {
  const char *path = getenv("STRONGROOM_FAULT_PLAN");
  struct stat now;
  if (path == NULL || stat(path, &now) != 0) {
    plan_length = 0;
    plan_size = -1;
    return;
  }
  if (now.st_size == plan_size && now.st_mtim.tv_sec == plan_changed.tv_sec &&
      now.st_mtim.tv_nsec == plan_changed.tv_nsec) {
    return;
  }
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  plan_length = 0;
  char line[256];
  while (fgets(line, sizeof line, file)) read_line(line);
  fclose(file);
  plan_size = now.st_size;
  plan_changed = now.st_mtim;
}

static void pause_millis(long millis) {
  struct timespec wait = {millis / 1000, millis % 1000 * 1000000L};
  while (nanosleep(&wait, &wait) != 0) {
  }
}

/* The next fault for the function from place `from` on, or the plan's length. */
static int next_fault(int index, int from, struct fault *found) {
  pthread_mutex_lock(&plan_lock);
  refresh();
  int i = from;
  for (; i < plan_length; i++) {
    int once = plan[i].action == ONCE || plan[i].action == LOSE_SESSIONS;
    if (once && plan[i].used) continue;
    if ((plan[i].every || plan[i].index == index) && drand48() < plan[i].probability) {
      plan[i].used = 1;
      *found = plan[i];
      break;
    }
  }
  int length = plan_length;
  pthread_mutex_unlock(&plan_lock);
  return i < length ? i : length;
}

/* As an HSM that makes the IV of GCM itself. */
static word own_iv_call(enum action action, int index, word a, word b, word c, word d, word e) {
  struct mechanism *mechanism = (struct mechanism *)b;
  if (index == I_C_Encrypt) {
    word result = real->functions[index](a, b, c, d, e, 0, 0, 0);
    if (result == CKR_OK && d != 0) {
      memcpy((unsigned char *)d + *(word *)e, own_iv, sizeof own_iv);
      *(word *)e += sizeof own_iv;
    }
    return result;
  }
  if (index != I_C_EncryptInit || mechanism->number != CKM_AES_GCM) {
    return real->functions[index](a, b, c, d, e, 0, 0, 0);
  }
  struct gcm *gcm = mechanism->parameter;
  for (unsigned i = 0; i < sizeof own_iv; i++) own_iv[i] = (unsigned char)(drand48() * 255 + 1);
  if (action == OWN_IV) {
    for (word i = 0; i < gcm->iv_bytes; i++) {
      if (gcm->iv[i] != 0) return CKR_MECHANISM_PARAM_INVALID;
    }
    memcpy(gcm->iv, own_iv, sizeof own_iv);
    return real->functions[index](a, b, c, d, e, 0, 0, 0);
  }
  struct gcm own = *gcm;
  own.iv = own_iv;
  struct mechanism replaced = {mechanism->number, &own, sizeof own};
  return real->functions[index](a, (word)&replaced, c, d, e, 0, 0, 0);
}

static void note_slot(word slot) {
  pthread_mutex_lock(&plan_lock);
  int i = 0;
  while (i < slots_used && slots[i] != slot) i++;
  if (i == slots_used && slots_used < SLOTS_MAX) slots[slots_used++] = slot;
  pthread_mutex_unlock(&plan_lock);
}

/* Behind the back of whoever opened them. */
static void lose_sessions(void) {
  for (int i = 0; i < slots_used; i++) {
    real->functions[I_C_CloseAllSessions](slots[i], 0, 0, 0, 0, 0, 0, 0);
  }
  atomic_store(&sessions, 0);
}

/* As while the token is out of its slot. */
static word absent_call(int index, word a, word b, word c) {
  if (atomic_load(&sessions) > 0) lose_sessions();
  word result;
  switch (index) {
    case I_C_Initialize:
    case I_C_Finalize:
    case I_C_GetInfo:
      return real->functions[index](a, b, c, 0, 0, 0, 0, 0);
    case I_C_GetSlotList:
      if ((unsigned char)a == 0) return real->functions[index](a, b, c, 0, 0, 0, 0, 0);
      *(word *)c = 0;
      return CKR_OK;
    case I_C_GetSlotInfo:
      result = real->functions[index](a, b, c, 0, 0, 0, 0, 0);
      if (result == CKR_OK) *(word *)(b + 96) &= ~CKF_TOKEN_PRESENT;
      return result;
    case I_C_GetTokenInfo:
    case I_C_GetMechanismList:
    case I_C_GetMechanismInfo:
    case I_C_OpenSession:
    case I_C_CloseAllSessions:
      return CKR_TOKEN_NOT_PRESENT;
    default:
      return CKR_DEVICE_REMOVED;
  }
}

/* A token that counts wrong PINs. */
static word locking_login(word limit, word a, word b, word c, word d) {
  if (atomic_load(&wrong_pins) >= (long)limit) return CKR_PIN_LOCKED;
  word result = real->functions[I_C_Login](a, b, c, d, 0, 0, 0, 0);
  if (result == CKR_OK) atomic_store(&wrong_pins, 0);
  if (result == CKR_PIN_INCORRECT) atomic_fetch_add(&wrong_pins, 1);
  return result;
}

/* Whether the call is by the mechanism, given as CK_MECHANISM or as a number. */
static int names_mechanism(int index, word b, word mechanism) {
  switch (index) {
    case I_C_GetMechanismInfo:
      return b == mechanism;
    case I_C_EncryptInit:
    case I_C_DecryptInit:
    case I_C_DigestInit:
    case I_C_SignInit:
    case I_C_VerifyInit:
    case I_C_GenerateKey:
    case I_C_GenerateKeyPair:
    case I_C_WrapKey:
    case I_C_UnwrapKey:
    case I_C_DeriveKey:
      return b != 0 && ((struct mechanism *)b)->number == mechanism;
    default:
      return 0;
  }
}

static void hide_mechanism(word *list, word *count, word mechanism) {
  word kept = 0;
  for (word i = 0; i < *count; i++) {
    if (list[i] != mechanism) list[kept++] = list[i];
  }
  *count = kept;
}

/* What a token that cannot be written to answers; CKR_OK where the call may pass. */
static word read_only(int index, word flags) {
  switch (index) {
    case I_C_OpenSession:
      return flags & CKF_RW_SESSION ? CKR_TOKEN_WRITE_PROTECTED : CKR_OK;
    case I_C_GenerateKey:
    case I_C_GenerateKeyPair:
    case I_C_DestroyObject:
    case I_C_SetAttributeValue:
      return CKR_SESSION_READ_ONLY;
    default:
      return CKR_OK;
  }
}

static word passed_on(int index, word a, word b, word c, word d, word e, word f, word g, word h) {
  word result = real->functions[index](a, b, c, d, e, f, g, h);
  if (result != CKR_OK) return result;
  if (index == I_C_OpenSession) {
    note_slot(a);
    atomic_fetch_add(&sessions, 1);
  }
  if (index == I_C_CloseSession) atomic_fetch_sub(&sessions, 1);
  if (index == I_C_CloseAllSessions || index == I_C_Finalize) atomic_store(&sessions, 0);
  return result;
}

/* While the plan says so, so that a test's process can end. */
static void hang(int index, int line) {
  struct fault fault = {.action = HANG};
  while (fault.index != -2 && fault.action == HANG) {
    pause_millis(50);
    struct fault again = {.index = -2};
    next_fault(index, line, &again);
    fault = again;
  }
}

static word call(int index, word a, word b, word c, word d, word e, word f, word g, word h) {
  struct fault fault;
  word hidden = 0, refusal;
  for (int i = 0;; i++) {
    fault = (struct fault){.index = -2};
    i = next_fault(index, i, &fault);
    if (fault.index == -2) break;
    switch (fault.action) {
      case DELAY:
        pause_millis((long)fault.value);
        continue;
      case HANG:
        hang(index, i);
        break;
      case CRASH:
        *(volatile int *)0 = 0;
        break;
      case SESSIONS:
        if (index == I_C_OpenSession && atomic_load(&sessions) >= (long)fault.value) {
          return CKR_SESSION_COUNT;
        }
        continue;
      case LOSE_SESSIONS:
        lose_sessions();
        continue;
      case ABSENT:
        return absent_call(index, a, b, c);
      case LOCK:
        if (index == I_C_Login) return locking_login(fault.value, a, b, c, d);
        if (index != I_C_GetTokenInfo || atomic_load(&wrong_pins) < (long)fault.value) continue;
        refusal = real->functions[index](a, b, 0, 0, 0, 0, 0, 0);
        if (refusal == CKR_OK) *(word *)(b + 96) |= CKF_USER_PIN_LOCKED;
        return refusal;
      case WITHOUT:
        if (names_mechanism(index, b, fault.value)) return CKR_MECHANISM_INVALID;
        if (index == I_C_GetMechanismList) hidden = fault.value;
        continue;
      case READ_ONLY:
        refusal = read_only(index, b);
        if (refusal != CKR_OK) return refusal;
        continue;
      case OWN_IV:
      case APPEND_IV:
        return own_iv_call(fault.action, index, a, b, c, d, e);
      case RETURN:
      case ONCE:
        return fault.value;
      case AFTER:
        passed_on(index, a, b, c, d, e, f, g, h);
        return fault.value;
    }
    break;
  }
  word result = passed_on(index, a, b, c, d, e, f, g, h);
  if (hidden != 0 && result == CKR_OK && b != 0) hide_mechanism((word *)b, (word *)c, hidden);
  return result;
}

static void trace(int index, word answer) {
  const char *path = getenv("STRONGROOM_FAULT_TRACE");
  int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (file < 0) return;
  char line[80];
  int length = snprintf(line, sizeof line, "%s 0x%lx\n", names[index], answer);
  /* One write a line, so that lines of several threads do not mix. */
  if (write(file, line, (size_t)length) != length) fprintf(stderr, "fault trace: %s is full\n", path);
  close(file);
}

#define X(name) \
  static word wrap_##name(word a, word b, word c, word d, word e, word f, word g, word h) { \
    word answer = call(I_##name, a, b, c, d, e, f, g, h); \
    trace(I_##name, answer); \
    return answer; \
  }
FUNCTIONS(X)
#undef X

word C_GetFunctionList(struct function_list **list) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  if (real == NULL) {
    const char *path = getenv("STRONGROOM_FAULT_LIBRARY");
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    word (*lookup)(struct function_list **) = NULL;
    if (library != NULL) *(void **)&lookup = dlsym(library, "C_GetFunctionList");
    if (lookup == NULL || lookup(&real) != CKR_OK) {
      fprintf(stderr, "fault library: %s: %s\n", path ? path : "STRONGROOM_FAULT_LIBRARY is not set",
              path ? dlerror() : "");
      real = NULL;
      pthread_mutex_unlock(&lock);
      return CKR_GENERAL_ERROR;
    }
    wrapped.major = 2;
    wrapped.minor = 40;
#define X(name) wrapped.functions[I_##name] = wrap_##name;
    FUNCTIONS(X)
#undef X
    wrapped.functions[I_C_GetFunctionList] = (function)C_GetFunctionList;
  }
  pthread_mutex_unlock(&lock);
  *list = &wrapped;
  return CKR_OK;
}
