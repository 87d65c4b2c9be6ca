package dev.retort.distill.export;

import ai.djl.Model;
import ai.djl.pytorch.engine.PtSymbolBlock;

import dev.retort.distill.ModelFiles;

import java.io.IOException;
import java.nio.file.Path;

/** Writes models that came from TorchScript as TorchScript. */
public final class TorchScriptExport {
    private TorchScriptExport() {}

    /**
     * Writes a model as {@code folder/name-0000.pt}.
     *
     * @param model the model, whose block is a TorchScript module of DJL's PyTorch engine
     * @param folder an existing folder
     * @param name the name of the model
     * @return the file
     * @throws IOException if it cannot be written
     * @throws ExportException if the model is of Java blocks, which DJL cannot trace
     */
    public static Path write(Model model, Path folder, String name) throws IOException {
        if (!(model.getBlock() instanceof PtSymbolBlock)) {
            throw new ExportException(
                    "expected a model of TorchScript, found %s of Java blocks, which no engine writes as TorchScript: export it as ONNX"
                            .formatted(model.getName()));
        }
        return ModelFiles.save(model, folder, name);
    }
}
