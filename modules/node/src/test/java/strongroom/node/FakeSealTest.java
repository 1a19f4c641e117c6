package strongroom.node;

import java.time.Clock;
import strongroom.seal.Seal;
import strongroom.testkit.SealContract;

class FakeSealTest extends SealContract {
  private final Seal seal = onNewHsm();
  private final Seal other = onNewHsm();

  private static Seal onNewHsm() {
    FakeHsm hsm = new FakeHsm("1234");
    hsm.makeKey();
    return new FakeSeal(hsm, "1234", false, true, Clock.systemUTC());
  }

  @Override
  protected Seal seal() {
    return seal;
  }

  @Override
  protected Seal otherSeal() {
    return other;
  }
}
