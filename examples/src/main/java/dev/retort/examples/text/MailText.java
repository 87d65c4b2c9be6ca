package dev.retort.examples.text;

import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;
import org.jsoup.Jsoup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads a mail as it lies in an mbox file. Of the headers the subject alone is kept: the others
 * tell the class of a mail in this corpus by who received it when, which is no property of spam.
 * For the same reason addresses become the word {@code address}, and the names under which the
 * collectors hid recipients go, as do the tags of mailing lists in the subject.
 */
final class MailText {
    private static final Pattern LIST_TAGS = Pattern.compile("\\[[^\\]]*\\]");
    private static final Pattern ADDRESSES = Pattern.compile("\\S+@\\S+");
    private static final Pattern HIDDEN_NAMES = Pattern.compile("\\b(?:zzzz+|yyyy+|xxxx+)\\b");
    private static final Pattern RULES = Pattern.compile("[-_=*~#]{3,}");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern HTML =
            Pattern.compile("<(?:html|body|font|table|br|p)\\b", Pattern.CASE_INSENSITIVE);

    private MailText() {}

    /**
     * Reads a mail.
     *
     * @param raw the mail with its headers, each byte a character
     * @param isSpam its class
     * @return what a reader sees of it
     */
    static Mail read(String raw, boolean isSpam) {
        String mail = raw.startsWith("From ") ? raw.substring(raw.indexOf('\n') + 1) : raw;
        DefaultMessageBuilder builder = new DefaultMessageBuilder();
        builder.setMimeEntityConfig(MimeConfig.PERMISSIVE);
        StringBuilder text = new StringBuilder();
        String subject = "";
        try {
            Message message =
                    builder.parseMessage(
                            new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)));
            subject = message.getSubject() == null ? "" : message.getSubject();
            append(message, text);
        } catch (IOException | RuntimeException _) {
            // Spam breaks the rules of mail: then it is what follows the headers.
            int end = mail.indexOf("\n\n");
            text.append(end < 0 ? mail : mail.substring(end));
        }
        return new Mail(clean(subject), clean(text.toString()), isSpam);
    }

    private static void append(Entity entity, StringBuilder text) throws IOException {
        Body body = entity.getBody();
        switch (body) {
            case Multipart parts -> {
                for (Entity part : parts.getBodyParts()) {
                    append(part, text);
                }
            }
            case Message inner -> append(inner, text);
            case TextBody part -> text.append(visible(entity, content(part))).append('\n');
            case null, default -> {}
        }
    }

    private static String content(TextBody part) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        part.writeTo(bytes);
        String charset = part.getMimeCharset();
        try {
            return bytes.toString(charset == null ? "ISO-8859-1" : charset);
        } catch (IOException | IllegalArgumentException _) {
            // A name that stands for no charset.
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static String visible(Entity entity, String content) {
        boolean isHtml = "text/html".equals(entity.getMimeType()) || HTML.matcher(content).find();
        return isHtml ? Jsoup.parse(content).text() : content;
    }

    private static String clean(String text) {
        String clean = LIST_TAGS.matcher(text).replaceAll(" ");
        clean = ADDRESSES.matcher(clean).replaceAll(" address ");
        clean = HIDDEN_NAMES.matcher(clean).replaceAll(" ");
        clean = RULES.matcher(clean).replaceAll(" ");
        return BLANKS.matcher(clean).replaceAll(" ").strip();
    }
}
