package dev.retort.examples;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.examples.MachineInventory.Torch;
import dev.retort.torch.TorchEngine;
import dev.retort.torch.abi.Libtorch;
import dev.retort.torch.abi.Settings;

import java.util.List;

/**
 * Looks for the libtorch of the engine Retort, and loads it: only then does it say its version.
 * Nothing here throws.
 */
final class TorchReader {
    private TorchReader() {}

    static Torch read() {
        return switch (TorchEngine.libtorch()) {
            case Unavailable<Libtorch>(List<String> reasons) -> Torch.absent(reasons);
            case Available<Libtorch>(Libtorch libtorch) ->
                    new Torch(
                            libtorch.version().toString(),
                            libtorch.location().origin().label(),
                            libtorch.location().folder().toString(),
                            libtorch.location().blas().label(),
                            Settings.threads(),
                            libtorch.cuda(),
                            List.of());
        };
    }
}
