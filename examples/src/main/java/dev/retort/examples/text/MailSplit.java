package dev.retort.examples.text;

import dev.retort.distill.train.Seeds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Mails for training, for choosing and for judging, so that nothing is judged that was learned by
 * heart. Both classes have the same shares of each side, up to the size of a group of mails that
 * stay together. The same mails are split the same way each time.
 *
 * @param train positions of what is trained on, 70 %
 * @param validation positions of what chooses, 10 %
 * @param test positions of what judges, 20 %
 */
record MailSplit(List<Integer> train, List<Integer> validation, List<Integer> test) {
    private static final long SEED = 0;
    private static final double TEST_SHARE = 0.2;
    private static final double VALIDATION_SHARE = 0.1;
    private static final int FEWEST_LETTERS = 4;
    private static final int OPENING = 200;
    private static final Pattern REPLY =
            Pattern.compile("^(?:\\s*(?:re|fw|fwd|aw)\\s*(?:\\[\\d+\\]|\\(\\d+\\))?\\s*:)+");
    private static final Pattern OTHER_THAN_LETTERS = Pattern.compile("[^a-z]+");

    /**
     * Leaves out each mail whose subject and body have the same letters as those of an earlier one.
     *
     * @param mails the mails
     * @return the others
     */
    static List<Mail> distinct(List<Mail> mails) {
        Set<String> seen = new HashSet<>();
        return mails.stream()
                .filter(mail -> seen.add(letters(mail.subject() + " " + mail.body())))
                .toList();
    }

    /**
     * Splits mails at random, but keeps those together whose bodies begin with the same 200
     * letters: copies of one another with another name or number in them.
     *
     * @param mails distinct mails
     * @return the sides
     */
    static MailSplit byMail(List<Mail> mails) {
        return of(mails, mail -> marks(opening(mail)));
    }

    /**
     * Splits mails so that conversations and campaigns stay together as well: mails with the same
     * subject, "Re:" and "Fwd:" and the tags of lists left out. What is judged are then other
     * subjects than those that were trained on.
     *
     * @param mails distinct mails
     * @return the sides
     */
    static MailSplit byConversation(List<Mail> mails) {
        return of(mails, mail -> marks(opening(mail), subject(mail)));
    }

    private static MailSplit of(List<Mail> mails, Function<Mail, List<String>> marks) {
        List<List<Integer>> groups = groups(mails, marks);
        shuffle(groups, Seeds.generator(SEED, 0));
        List<Integer> train = new ArrayList<>();
        List<Integer> validation = new ArrayList<>();
        List<Integer> test = new ArrayList<>();
        for (boolean spam : new boolean[] {false, true}) {
            long all = mails.stream().filter(mail -> mail.isSpam() == spam).count();
            long judging = 0;
            long choosing = 0;
            for (List<Integer> group : groups) {
                // A reply to spam goes where the spam goes.
                if (mails.get(group.getFirst()).isSpam() != spam) {
                    continue;
                }
                if (judging < TEST_SHARE * all) {
                    judging += group.size();
                    test.addAll(group);
                } else if (choosing < VALIDATION_SHARE * all) {
                    choosing += group.size();
                    validation.addAll(group);
                } else {
                    train.addAll(group);
                }
            }
        }
        return new MailSplit(List.copyOf(train), List.copyOf(validation), List.copyOf(test));
    }

    /** Groups of mails that share a mark, in the order of their first mails. */
    private static List<List<Integer>> groups(
            List<Mail> mails, Function<Mail, List<String>> marks) {
        int[] leader = new int[mails.size()];
        Map<String, Integer> firstWith = new HashMap<>();
        for (int i = 0; i < leader.length; i++) {
            leader[i] = i;
            for (String mark : marks.apply(mails.get(i))) {
                Integer first = firstWith.putIfAbsent(mark, i);
                if (first != null) {
                    int one = find(leader, first);
                    int other = find(leader, i);
                    leader[Math.max(one, other)] = Math.min(one, other);
                }
            }
        }
        Map<Integer, List<Integer>> groups = new TreeMap<>();
        for (int i = 0; i < leader.length; i++) {
            groups.computeIfAbsent(find(leader, i), _ -> new ArrayList<>()).add(i);
        }
        return new ArrayList<>(groups.values());
    }

    private static int find(int[] leader, int i) {
        int at = i;
        while (leader[at] != at) {
            leader[at] = leader[leader[at]];
            at = leader[at];
        }
        return at;
    }

    /** Those of the texts that are long enough to say something. */
    private static List<String> marks(String... texts) {
        List<String> marks = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            if (texts[i].length() >= FEWEST_LETTERS) {
                marks.add(i + texts[i]);
            }
        }
        return marks;
    }

    private static String opening(Mail mail) {
        String body = letters(mail.body());
        return body.substring(0, Math.min(OPENING, body.length()));
    }

    private static String subject(Mail mail) {
        return letters(REPLY.matcher(mail.subject().toLowerCase(Locale.ROOT)).replaceFirst(""));
    }

    private static String letters(String text) {
        return OTHER_THAN_LETTERS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    private static void shuffle(List<List<Integer>> groups, RandomGenerator random) {
        for (int i = groups.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            List<Integer> other = groups.get(j);
            groups.set(j, groups.get(i));
            groups.set(i, other);
        }
    }
}
