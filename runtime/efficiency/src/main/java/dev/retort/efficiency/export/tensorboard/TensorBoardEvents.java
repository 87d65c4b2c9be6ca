package dev.retort.efficiency.export.tensorboard;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.AppendFile;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.FreshFile;
import dev.retort.efficiency.export.Interval;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * Figures as scalars in an event file of TensorBoard, at the number of steps that were finished.
 * The tag of a scalar is {@link Figure#fieldName} and the values of its labels, such as {@code
 * run_time_seconds/STEP/GOOD}; TensorBoard groups by what comes before the first slash. A figure
 * that is absent has no point. Values are single precision, as the format has them.
 *
 * <p>Each process of a run has a file of its own, as TensorBoard expects; a record is written whole
 * or not at all.
 */
public final class TensorBoardEvents implements Destination {
    private final Path folder;
    private @Nullable AppendFile file;

    private TensorBoardEvents(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
    }

    /**
     * An event file in a folder.
     *
     * @param folder the folder of the run, for {@code tensorboard --logdir} itself or its parent
     * @return the destination
     */
    public static TensorBoardEvents into(Path folder) {
        return new TensorBoardEvents(folder);
    }

    @Override
    public String name() {
        return "TensorBoard events in " + folder;
    }

    @Override
    public void open(RunAccount run) throws IOException {
        Instant now = Instant.now();
        byte[] header = Records.framed(Records.version(seconds(now)));
        String name =
                "events.out.tfevents."
                        + now.getEpochSecond()
                        + ".retort."
                        + ProcessHandle.current().pid();
        file = AppendFile.create(FreshFile.of(folder.resolve(name)), header, new byte[0]);
    }

    @Override
    public void accept(Interval interval) throws IOException {
        double wall = seconds(interval.end());
        long step = interval.account().steps();
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (Figure figure : interval.figures()) {
            if (figure.value().isPresent()) {
                String tag =
                        figure.labels().isEmpty()
                                ? figure.fieldName()
                                : figure.fieldName() + "/" + figure.path();
                float value = (float) figure.value().getAsDouble();
                records.write(Records.framed(Records.scalar(wall, step, tag, value)));
            }
        }
        Objects.requireNonNull(file, "it is open").append(records.toByteArray());
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() * 1e-9;
    }
}
