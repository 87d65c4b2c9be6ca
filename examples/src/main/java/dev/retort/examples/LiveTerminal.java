package dev.retort.examples;

import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A live view: a screen of its own that is redrawn in place, until a key or a signal ends it.
 * However it ends, the terminal is as it was.
 */
public final class LiveTerminal {
    private static final int CTRL_C = 3;
    private static final int ESCAPE = 27;

    /** A key is answered at once, whatever the interval. */
    private static final long PATIENCE_MILLIS = 200;

    private final Terminal terminal;
    private final View view;
    private final Duration interval;
    private final boolean colour;
    private volatile boolean resized;
    private volatile boolean ended;

    /** What is shown. Used by one thread. */
    public interface View {
        /**
         * Looks again.
         *
         * @throws IOException if it cannot
         */
        void look() throws IOException;

        /**
         * The lines of what was seen last.
         *
         * @param columns how wide they may be
         * @param rows how many there may be
         */
        List<AttributedString> draw(int columns, int rows);

        /**
         * Takes a key that has no meaning of its own.
         *
         * @param key the character
         * @return whether what is drawn is another now
         */
        default boolean typed(int key) {
            return false;
        }
    }

    private LiveTerminal(Terminal terminal, View view, Duration interval, boolean colour) {
        this.terminal = terminal;
        this.view = view;
        this.interval = interval;
        this.colour = colour;
    }

    /**
     * Shows a view until the user ends it.
     *
     * @param view what is shown
     * @param interval the time between two looks
     * @param colour whether to use colours
     * @throws IOException if there is no terminal, or the view cannot look
     */
    public static void show(View view, Duration interval, boolean colour) throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().name("retort").system(true).dumb(false).build()) {
            new LiveTerminal(terminal, view, interval, colour).run();
        }
    }

    private void run() throws IOException {
        Attributes before = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.WINCH, _ -> resized = true);
        terminal.handle(Terminal.Signal.INT, _ -> ended = true);
        terminal.handle(Terminal.Signal.CONT, _ -> takeBack());
        // A kill in order, or the end of the session, must not leave a raw terminal behind.
        Thread restore = new Thread(() -> restore(before), "retort-live-restore");
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            loop(terminal.reader());
        } finally {
            restore(before);
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    /** After a stop, such as by Ctrl-Z: the shell has made the terminal its own meanwhile. */
    private synchronized void takeBack() {
        if (!ended) {
            terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            terminal.flush();
            resized = true;
        }
    }

    /** Also called when the JVM ends, while the loop still runs: nothing is drawn from then on. */
    private synchronized void restore(Attributes before) {
        ended = true;
        terminal.puts(Capability.cursor_normal);
        terminal.puts(Capability.exit_ca_mode);
        terminal.flush();
        terminal.setAttributes(before);
    }

    private void loop(NonBlockingReader keys) throws IOException {
        view.look();
        long looked = System.nanoTime();
        draw();
        while (!ended) {
            int key = keys.read(PATIENCE_MILLIS);
            boolean redraw = resized;
            resized = false;
            switch (key) {
                case 'q', 'Q', CTRL_C, NonBlockingReader.EOF -> {
                    return;
                }
                case ESCAPE -> {
                    if (keys.read(10) == NonBlockingReader.READ_EXPIRED) {
                        return;
                    }
                }
                case ' ' -> looked -= interval.toNanos();
                default -> redraw |= view.typed(key);
            }
            if (System.nanoTime() - looked >= interval.toNanos()) {
                view.look();
                looked = System.nanoTime();
                redraw = true;
            }
            if (redraw) {
                draw();
            }
        }
    }

    private synchronized void draw() {
        if (ended) {
            return;
        }
        int columns = terminal.getWidth() > 0 ? terminal.getWidth() : 80;
        int rows = terminal.getHeight() > 0 ? terminal.getHeight() : 24;
        List<AttributedString> lines = view.draw(columns, rows);
        terminal.puts(Capability.cursor_home);
        for (int i = 0; i < Math.min(lines.size(), rows); i++) {
            if (i > 0) {
                terminal.writer().print("\r\n");
            }
            terminal.writer()
                    .print(colour ? lines.get(i).toAnsi(terminal) : lines.get(i).toString());
            terminal.puts(Capability.clr_eol);
        }
        terminal.puts(Capability.clr_eos);
        terminal.flush();
    }
}
