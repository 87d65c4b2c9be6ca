package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class StatusLineTest {
    private final StringWriter out = new StringWriter();

    @Test
    void aTerminalShowsOneTextAtATime() {
        StatusLine line = new StatusLine(new PrintWriter(out), true, 8);
        line.show("a longer one");
        line.show("short");
        line.clear();
        line.clear();
        assertEquals("\ra longe\rshort  \r     \r", out.toString());
    }

    @Test
    void elsewhereLinesStay() {
        StatusLine line = new StatusLine(new PrintWriter(out), false, 8);
        line.show("a longer one");
        line.clear();
        assertEquals("a longer one" + System.lineSeparator(), out.toString());
    }
}
