package strongroom.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import strongroom.cli.Failure;
import strongroom.cli.SealFolder;
import strongroom.config.Configuration;
import strongroom.config.ConfigurationFault;
import strongroom.config.SealSettings;
import strongroom.config.StorageSettings;
import strongroom.logical.JsonObject;
import strongroom.node.SealCopies;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.OfflineFolder;
import strongroom.system.node.SealInspection;

/** What wrapped the root key, out of the data folder of a server that does not run. */
record OfflineSeals(Map<String, String> environment) implements SealFolder {
  @Override
  public JsonObject inspect(Optional<Path> folder, List<Path> files) {
    try {
      if (files.isEmpty()) {
        return read(folder.orElseThrow(), _ -> Optional.empty());
      }
      try (Configuration configuration = Configuration.load(files, environment, Map.of())) {
        List<SealSettings> seals = configuration.settings().seals();
        Path path = folder.orElseGet(() -> folder(configuration.settings().storage()));
        return read(path, key -> Optional.of(has(seals, key)));
      }
    } catch (ConfigurationFault | StorageFault | SealFault e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Verdict verify(Stored stored, List<Path> files, LongConsumer progress) {
    try (Configuration configuration = Configuration.load(files, environment, Map.of());
        SealWiring seals = SealWiring.wire(configuration.settings().seals(), environment)) {
      return switch (stored) {
        case Stored.Folder(Optional<Path> path) ->
            OfflineCheck.folder(
                path.orElseGet(() -> folder(configuration.settings().storage())),
                seals.protection(),
                progress);
        case Stored.Snapshot(Path file) ->
            OfflineCheck.snapshot(file, seals.protection(), progress);
      };
    } catch (ConfigurationFault | ServerFault e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    } catch (StorageFault | SealFault e) {
      throw Failure.remote(String.valueOf(e.getMessage()));
    }
  }

  private static Path folder(StorageSettings storage) {
    return switch (storage) {
      case StorageSettings.Raft raft -> raft.folder();
      case StorageSettings.InMemory _ ->
          throw Failure.usage("The configuration keeps nothing: its storage is in memory");
    };
  }

  private interface Known {
    Optional<Boolean> whether(WrappedKey key);
  }

  private static JsonObject read(Path folder, Known configured) {
    try (OfflineFolder offline = OfflineFolder.open(folder)) {
      byte[] record =
          offline
              .get(SealCopies.STORED_AT)
              .orElseThrow(() -> Failure.usage(folder + " holds no installation yet"));
      return SealInspection.of(
          new SealCopies(OfflineSeals::header, configured::whether).read(record));
    }
  }

  private static Map<String, String> header(WrappedKey key) {
    return key.sealType().equals("pkcs11")
        ? Pkcs11Seal.header(key.wrapped())
        : EnvelopeSeal.header(key.wrapped(), key.sealType());
  }

  /** As a running node tells it, to which key shares are a seal where there is no other. */
  private static boolean has(List<SealSettings> seals, WrappedKey key) {
    boolean byShares =
        seals.stream().noneMatch(seal -> !seal.disabled() && !seal.type().equals(ShamirSeal.TYPE));
    return key.isBy(ShamirSeal.TYPE, ShamirSeal.TYPE)
        ? byShares
        : seals.stream().anyMatch(seal -> key.isBy(seal.type(), seal.name()));
  }
}
