package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;

/**
 * The functions of one PKCS#11 library, by the places they have in {@code CK_FUNCTION_LIST} (2.40
 * section 3.6; that of 3.x starts with the same). Every one throws {@link HsmFault.Rejected} for an
 * answer other than {@code CKR_OK}, and must be called on a {@link CallThread}, so that no call is
 * without a deadline.
 *
 * <p>{@code CK_ULONG} has 8 bytes: Linux on x86-64 and AArch64.
 */
final class Functions {
  private static final int INITIALIZE = 0;
  private static final int FINALIZE = 1;
  private static final int GET_INFO = 2;
  private static final int GET_SLOT_LIST = 4;
  private static final int GET_SLOT_INFO = 5;
  private static final int GET_TOKEN_INFO = 6;
  private static final int GET_MECHANISM_LIST = 7;
  private static final int GET_MECHANISM_INFO = 8;
  private static final int INIT_TOKEN = 9;
  private static final int INIT_PIN = 10;
  private static final int OPEN_SESSION = 12;
  private static final int CLOSE_SESSION = 13;
  private static final int CLOSE_ALL_SESSIONS = 14;
  private static final int LOGIN = 18;
  private static final int CREATE_OBJECT = 20;
  private static final int DESTROY_OBJECT = 22;
  private static final int GET_ATTRIBUTE_VALUE = 24;
  private static final int FIND_OBJECTS_INIT = 26;
  private static final int FIND_OBJECTS = 27;
  private static final int FIND_OBJECTS_FINAL = 28;
  private static final int GENERATE_KEY = 58;
  private static final int GENERATE_KEY_PAIR = 59;
  private static final int WRAP_KEY = 60;
  private static final int UNWRAP_KEY = 61;
  private static final int GENERATE_RANDOM = 64;
  private static final int COUNT = 68;

  // One handle a shape of arguments: L is a CK_ULONG, A an address, B a CK_BBOOL.
  private static final MethodHandle A = shape(ADDRESS);
  private static final MethodHandle L = shape(JAVA_LONG);
  private static final MethodHandle LA = shape(JAVA_LONG, ADDRESS);
  private static final MethodHandle LALAL =
      shape(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle LL = shape(JAVA_LONG, JAVA_LONG);
  private static final MethodHandle BAA = shape(JAVA_BYTE, ADDRESS, ADDRESS);
  private static final MethodHandle LAA = shape(JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle LAL = shape(JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLA = shape(JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle LALA = shape(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle LLAL = shape(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLAAA = shape(JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle LALAA = shape(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle LAALA = shape(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle LALLAA =
      shape(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle LALALALA =
      shape(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle LAALALAA =
      shape(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

  /**
   * What may be asked again where the HSM was busy or stumbled, without a trace of the first try.
   * Not C_Login, since HSMs count; not what ends an operation or makes something.
   */
  private static final Set<String> REPEATABLE =
      Set.of(
          "C_Initialize",
          "C_Finalize",
          "C_GetInfo",
          "C_GetSlotList",
          "C_GetSlotInfo",
          "C_GetTokenInfo",
          "C_GetMechanismList",
          "C_GetMechanismInfo",
          "C_OpenSession",
          "C_CloseSession",
          "C_CloseAllSessions",
          "C_GetAttributeValue",
          "C_FindObjectsInit",
          "C_EncryptInit",
          "C_DecryptInit",
          "C_SignInit",
          "C_GenerateRandom");

  private static final long[] REPEAT_PAUSES_MILLIS = {5, 20};

  private final MemorySegment[] addresses = new MemorySegment[COUNT];

  /** Reads the function list at {@code list}. */
  @SuppressWarnings("restricted") // this module is one of those with native access
  Functions(MemorySegment list) {
    // CK_VERSION has two bytes; the pointers behind it are aligned.
    MemorySegment table = list.reinterpret(8L + COUNT * 8L);
    for (int i = 0; i < COUNT; i++) {
      addresses[i] = table.get(ADDRESS, 8L + i * 8L);
    }
  }

  /** The two-step functions that take data and give data, with the place of their Init. */
  enum TwoStep {
    ENCRYPT(29, "C_Encrypt"),
    DECRYPT(33, "C_Decrypt"),
    SIGN(42, "C_Sign"),
    VERIFY(48, "C_Verify");

    private final int init;
    private final String function;

    TwoStep(int init, String function) {
      this.init = init;
      this.function = function;
    }
  }

  void initialize(MemorySegment arguments) {
    check("C_Initialize", INITIALIZE, at -> (long) A.invokeExact(at, arguments));
  }

  void finalizeLibrary() {
    check("C_Finalize", FINALIZE, at -> (long) A.invokeExact(at, MemorySegment.NULL));
  }

  void info(MemorySegment info) {
    check("C_GetInfo", GET_INFO, at -> (long) A.invokeExact(at, info));
  }

  void slotList(boolean tokenPresent, MemorySegment slots, MemorySegment count) {
    byte present = (byte) (tokenPresent ? 1 : 0);
    check("C_GetSlotList", GET_SLOT_LIST, at -> (long) BAA.invokeExact(at, present, slots, count));
  }

  void slotInfo(long slot, MemorySegment info) {
    check("C_GetSlotInfo", GET_SLOT_INFO, at -> (long) LA.invokeExact(at, slot, info));
  }

  void tokenInfo(long slot, MemorySegment info) {
    check("C_GetTokenInfo", GET_TOKEN_INFO, at -> (long) LA.invokeExact(at, slot, info));
  }

  void mechanismList(long slot, MemorySegment list, MemorySegment count) {
    check(
        "C_GetMechanismList",
        GET_MECHANISM_LIST,
        at -> (long) LAA.invokeExact(at, slot, list, count));
  }

  void mechanismInfo(long slot, long mechanism, MemorySegment info) {
    check(
        "C_GetMechanismInfo",
        GET_MECHANISM_INFO,
        at -> (long) LLA.invokeExact(at, slot, mechanism, info));
  }

  void initToken(long slot, MemorySegment pin, MemorySegment label) {
    check(
        "C_InitToken",
        INIT_TOKEN,
        at -> (long) LALA.invokeExact(at, slot, pin, pin.byteSize(), label));
  }

  void initPin(long session, MemorySegment pin) {
    check("C_InitPIN", INIT_PIN, at -> (long) LAL.invokeExact(at, session, pin, pin.byteSize()));
  }

  void openSession(long slot, long flags, MemorySegment handle) {
    check(
        "C_OpenSession",
        OPEN_SESSION,
        at ->
            (long)
                LLAAA.invokeExact(at, slot, flags, MemorySegment.NULL, MemorySegment.NULL, handle));
  }

  void closeSession(long session) {
    check("C_CloseSession", CLOSE_SESSION, at -> (long) L.invokeExact(at, session));
  }

  /** Ends the login too. */
  void closeAllSessions(long slot) {
    check("C_CloseAllSessions", CLOSE_ALL_SESSIONS, at -> (long) L.invokeExact(at, slot));
  }

  /** An empty {@code pin} is given as none, for HSMs with a PIN pad of their own. */
  void login(long session, long user, MemorySegment pin) {
    MemorySegment given = pin.byteSize() == 0 ? MemorySegment.NULL : pin;
    check(
        "C_Login", LOGIN, at -> (long) LLAL.invokeExact(at, session, user, given, pin.byteSize()));
  }

  void createObject(long session, Template template, MemorySegment handle) {
    check(
        "C_CreateObject",
        CREATE_OBJECT,
        at -> (long) LALA.invokeExact(at, session, template.segment(), template.count(), handle));
  }

  void destroyObject(long session, long object) {
    check("C_DestroyObject", DESTROY_OBJECT, at -> (long) LL.invokeExact(at, session, object));
  }

  void attributes(long session, long object, MemorySegment template, long count) {
    check(
        "C_GetAttributeValue",
        GET_ATTRIBUTE_VALUE,
        at -> (long) LLAL.invokeExact(at, session, object, template, count));
  }

  void findObjectsInit(long session, Template template) {
    check(
        "C_FindObjectsInit",
        FIND_OBJECTS_INIT,
        at -> (long) LAL.invokeExact(at, session, template.segment(), template.count()));
  }

  void findObjects(long session, MemorySegment handles, long max, MemorySegment count) {
    check(
        "C_FindObjects",
        FIND_OBJECTS,
        at -> (long) LALA.invokeExact(at, session, handles, max, count));
  }

  void findObjectsFinal(long session) {
    check("C_FindObjectsFinal", FIND_OBJECTS_FINAL, at -> (long) L.invokeExact(at, session));
  }

  void start(TwoStep step, long session, MemorySegment mechanism, long key) {
    check(
        step.function + "Init",
        step.init,
        at -> (long) LAL.invokeExact(at, session, mechanism, key));
  }

  /** {@code length} holds the room in {@code out} before, and what was written there after. */
  void finish(
      TwoStep step, long session, MemorySegment in, MemorySegment out, MemorySegment length) {
    check(
        step.function,
        step.init + 1,
        at -> (long) LALAA.invokeExact(at, session, in, in.byteSize(), out, length));
  }

  void generateKey(long session, MemorySegment mechanism, Template template, MemorySegment key) {
    check(
        "C_GenerateKey",
        GENERATE_KEY,
        at ->
            (long)
                LAALA.invokeExact(
                    at, session, mechanism, template.segment(), template.count(), key));
  }

  void generateKeyPair(
      long session,
      MemorySegment mechanism,
      Template publicHalf,
      Template privateHalf,
      MemorySegment handles) {
    check(
        "C_GenerateKeyPair",
        GENERATE_KEY_PAIR,
        at ->
            (long)
                LAALALAA.invokeExact(
                    at,
                    session,
                    mechanism,
                    publicHalf.segment(),
                    publicHalf.count(),
                    privateHalf.segment(),
                    privateHalf.count(),
                    handles,
                    handles.asSlice(8)));
  }

  void wrapKey(
      long session,
      MemorySegment mechanism,
      long wrapping,
      long key,
      MemorySegment out,
      MemorySegment length) {
    check(
        "C_WrapKey",
        WRAP_KEY,
        at -> (long) LALLAA.invokeExact(at, session, mechanism, wrapping, key, out, length));
  }

  void unwrapKey(
      long session,
      MemorySegment mechanism,
      long wrapping,
      MemorySegment wrapped,
      Template template,
      MemorySegment key) {
    check(
        "C_UnwrapKey",
        UNWRAP_KEY,
        at ->
            (long)
                LALALALA.invokeExact(
                    at,
                    session,
                    mechanism,
                    wrapping,
                    wrapped,
                    wrapped.byteSize(),
                    template.segment(),
                    template.count(),
                    key));
  }

  void generateRandom(long session, MemorySegment bytes) {
    check(
        "C_GenerateRandom",
        GENERATE_RANDOM,
        at -> (long) LAL.invokeExact(at, session, bytes, bytes.byteSize()));
  }

  private interface Call {
    long at(MemorySegment address) throws Throwable;
  }

  /** C_Verify, of a signature by a key pair. */
  void verify(long session, MemorySegment data, MemorySegment signature) {
    check(
        "C_Verify",
        TwoStep.VERIFY.init + 1,
        at ->
            (long)
                LALAL.invokeExact(
                    at, session, data, data.byteSize(), signature, signature.byteSize()));
  }

  private void check(String function, int place, Call call) {
    MemorySegment address = addresses[place];
    if (address.address() == 0) {
      throw new HsmFault.Rejected(
          function, Ckr.FUNCTION_NOT_SUPPORTED.number(), "the library does not have it");
    }
    CallThread thread = CallThread.entering(function);
    long answer = answer(thread, function, address, call);
    for (long pause : REPEAT_PAUSES_MILLIS) {
      if (answer == Ckr.OK.number() || !repeatable(function, answer) || !pause(pause)) {
        break;
      }
      answer = answer(thread, function, address, call);
    }
    if (answer != Ckr.OK.number()) {
      throw new HsmFault.Rejected(function, answer);
    }
  }

  private static boolean repeatable(String function, long answer) {
    return REPEATABLE.contains(function)
        && Ckr.remedy(answer) == Remedy.RETRY
        && !(function.equals("C_OpenSession") && answer == Ckr.SESSION_COUNT.number())
        && !(function.equals("C_Initialize")
            && answer == Ckr.CRYPTOKI_ALREADY_INITIALIZED.number());
  }

  private static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long answer(CallThread thread, String function, MemorySegment address, Call call) {
    long start = System.nanoTime();
    try {
      long answer = call.at(address);
      thread.returned(function, start, answer);
      return answer;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(function + " could not be called", e);
    }
  }

  @SuppressWarnings("restricted") // this module is one of those with native access
  private static MethodHandle shape(MemoryLayout... arguments) {
    return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG, arguments));
  }
}
