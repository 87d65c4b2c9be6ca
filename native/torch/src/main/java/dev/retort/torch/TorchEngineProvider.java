package dev.retort.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

import org.jspecify.annotations.Nullable;

/**
 * Tells DJL of the engine {@code Retort}; libtorch is loaded when the engine is first asked for.
 */
public final class TorchEngineProvider implements EngineProvider {
    private static @Nullable TorchEngine engine;

    @Override
    public String getEngineName() {
        return TorchEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return TorchEngine.RANK;
    }

    @Override
    public Engine getEngine() {
        return engine();
    }

    static synchronized TorchEngine engine() {
        TorchEngine known = engine;
        if (known == null) {
            known = TorchEngine.load();
            engine = known;
        }
        return known;
    }
}
