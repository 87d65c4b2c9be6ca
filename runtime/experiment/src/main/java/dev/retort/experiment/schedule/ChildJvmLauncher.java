package dev.retort.experiment.schedule;

import dev.retort.device.gpu.VisibleDevices;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.Worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Attempts in JVMs of their own, each of which sees the devices that it was given and no other. */
final class ChildJvmLauncher implements Launcher {
    private final ChildJvms options;
    private final ProcessEnds ends;
    private final DeviceNames names;

    ChildJvmLauncher(ChildJvms options, ProcessEnds ends, DeviceNames names) {
        this.options = options;
        this.ends = ends;
        this.names = names;
    }

    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        Process process;
        var killsBefore = ends.memoryKills();
        try {
            Path folder = Path.of(assignment.lab()).resolve(assignment.folder());
            Files.createDirectories(folder);
            ProcessBuilder builder =
                    new ProcessBuilder(command())
                            .directory(folder.toFile())
                            .redirectError(folder.resolve("log").toFile());
            builder.environment().put(VisibleDevices.VARIABLE, names.visible(assignment.devices()));
            process = builder.start();
        } catch (IOException e) {
            listener.ended(
                    AttemptResult.of(
                            CauseOfEnd.NOT_STARTED,
                            "its process cannot be started: " + e.getMessage()));
            return new NotLaunched();
        }
        List<String> locks =
                assignment.devices().stream().map(names::lock).map(Path::toString).toList();
        Assignment seen = assignment.seeingOnlyItsDevices(locks);
        ChildJvm child = new ChildJvm(process, seen, options, ends, killsBefore, listener);
        try {
            child.begin();
        } catch (RuntimeException | Error e) {
            // Nobody would listen to it.
            child.kill();
            throw e;
        }
        return child;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(options.jvmOptions());
        command.add("-cp");
        command.add(options.classPath().isEmpty() ? ownClassPath() : options.classPath());
        command.add(Worker.class.getName());
        command.add(Long.toString(options.beat().toMillis()));
        return command;
    }

    /** Modules too: on the class path they work as well. */
    private static String ownClassPath() {
        String classPath = System.getProperty("java.class.path", "");
        String modules = System.getProperty("jdk.module.path", "");
        StringBuilder absolute = new StringBuilder();
        for (String entry :
                (classPath + File.pathSeparator + modules).split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                // The child works in another folder.
                String star = entry.endsWith("*") ? "*" : "";
                absolute.append(absolute.isEmpty() ? "" : File.pathSeparator)
                        .append(
                                Path.of(entry.substring(0, entry.length() - star.length()))
                                        .toAbsolutePath())
                        .append(star.isEmpty() ? "" : File.separator + star);
            }
        }
        return absolute.toString();
    }

    private record NotLaunched() implements Launched {
        @Override
        public void stop() {}

        @Override
        public void kill() {}
    }
}
