package strongroom.policy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import strongroom.hcl.Hcl;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclNumber;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclString;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.HclValue;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;

/**
 * How passwords are to be made: so many characters, of these sets, with so many of each at least.
 * Source: Vault's page on password policies.
 *
 * <p>Characters are drawn from all sets together, and what breaks a rule is drawn anew as a whole.
 * So every password that keeps the rules is as likely as any other, which filling each rule's
 * minimum first would not give.
 *
 * @param text as it was written
 * @param length of a password, in characters
 * @param rules the sets, one at least
 */
public record PasswordPolicy(String text, int length, List<CharacterSet> rules) {
  /** No text is longer. */
  public static final int TEXT_LENGTH_MAX = 64 * 1024;

  private static final int LENGTH_MIN = 4;
  private static final int LENGTH_MAX = 100;
  private static final int RULES_MAX = 64;

  /** A policy is refused where less than one draw in a thousand or so keeps its rules. */
  private static final int PROOFS = 5;

  private static final int PROOF_DRAWS_MAX = 5_000;

  /** Not reached by chance with a policy that was proved. */
  private static final int DRAWS_MAX = 200_000;

  private static final List<String> TOP_KEYS = List.of("length", "rule");
  private static final List<String> RULE_KEYS = List.of("charset", "min-chars");

  /** Keeps a copy of {@code rules}. */
  public PasswordPolicy {
    rules = List.copyOf(rules);
  }

  /**
   * Characters to draw from.
   *
   * @param characters in order, each once, none of which is invisible
   * @param min how many of a password's characters are of these at least
   */
  public record CharacterSet(String characters, int min) {
    private boolean keptBy(int[] password) {
      return min == 0
          || IntStream.of(password).filter(c -> characters.indexOf(c) >= 0).count() >= min;
    }
  }

  /**
   * The policy that {@code text} (HCL, or its JSON form) says.
   *
   * @throws PolicySyntax where it is none, or no password can keep its rules
   */
  public static PasswordPolicy parse(String name, String text) throws PolicySyntax {
    Optional<Integer> length = Optional.empty();
    List<CharacterSet> rules = new ArrayList<>();
    HclObject top;
    try {
      top = Hcl.parse("policy", text);
      for (HclMember member : top.members()) {
        switch (member.name()) {
          case "length" -> {
            if (length.isPresent()) {
              throw problem(name, member.key().at(), "\"length\" is given twice; once is allowed");
            }
            length = Optional.of(number(name, member, LENGTH_MIN));
          }
          case "rule" -> {
            for (HclBlock block : HclObject.blocks(member, 1)) {
              rules.add(rule(name, block));
            }
          }
          default -> throw unknown(name, member.key(), TOP_KEYS, "a password policy");
        }
      }
    } catch (HclSyntax e) {
      throw problem(name, e.at(), e.problem());
    }
    Position start = top.at();
    if (length.isEmpty()) {
      throw problem(name, start, "\"length\" is missing: how many characters a password has");
    }
    if (rules.isEmpty() || rules.size() > RULES_MAX) {
      throw problem(
          name,
          start,
          "1 to " + RULES_MAX + " rules are allowed: rule \"charset\" { charset = \"…\" }");
    }
    int wanted = rules.stream().mapToInt(CharacterSet::min).max().orElse(0);
    if (wanted > length.get()) {
      throw problem(
          name, start, "a rule asks for " + wanted + " characters, and length is " + length.get());
    }
    return new PasswordPolicy(text, length.get(), rules);
  }

  private static CharacterSet rule(String name, HclBlock block) throws PolicySyntax {
    if (!block.label().equals("charset")) {
      throw problem(
          name,
          block.labels().getFirst().at(),
          HclKey.quoted(block.label()) + " is no rule; allowed is \"charset\"");
    }
    Optional<String> characters = Optional.empty();
    int min = 0;
    for (HclMember member : block.body().members()) {
      switch (member.name()) {
        case "charset" -> characters = Optional.of(characters(name, member));
        case "min-chars" -> min = number(name, member, 0);
        default -> throw unknown(name, member.key(), RULE_KEYS, "a rule");
      }
    }
    return new CharacterSet(
        characters.orElseThrow(
            () -> problem(name, block.key().at(), "\"charset\" is missing in this rule")),
        min);
  }

  private static String characters(String name, HclMember member) throws PolicySyntax {
    if (!(member.value() instanceof HclString(Position at, String given)) || given.isEmpty()) {
      throw problem(
          name, member.value().at(), "\"charset\" takes a string of one character at least");
    }
    if (given.codePoints().anyMatch(PasswordPolicy::invisible)) {
      throw problem(name, at, "\"charset\" takes characters that print only");
    }
    return given
        .codePoints()
        .distinct()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The blank is seen between others, so it is allowed, as in Vault. */
  private static boolean invisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> Character.isSpaceChar(character) && character != ' ';
    };
  }

  private static int number(String name, HclMember member, int min) throws PolicySyntax {
    HclValue value = member.value();
    if (value instanceof HclNumber n
        && n.toLong().isPresent()
        && n.toLong().getAsLong() >= min
        && n.toLong().getAsLong() <= LENGTH_MAX) {
      return (int) n.toLong().getAsLong();
    }
    throw problem(
        name,
        value.at(),
        member.key().quoted() + " takes a whole number from " + min + " to " + LENGTH_MAX);
  }

  private static PolicySyntax unknown(String name, HclKey key, List<String> known, String where) {
    return problem(
        name,
        key.at(),
        key.quoted()
            + " is not known in "
            + where
            + "; allowed are "
            + String.join(", ", known)
            + Spelling.hint(key.text(), known));
  }

  private static PolicySyntax problem(String name, Position at, String problem) {
    return new PolicySyntax(name, at.line(), at.column(), problem);
  }

  /**
   * Whether passwords by it can be made in reasonable time. Asked before it is stored, so that no
   * engine that makes passwords ever waits for it.
   */
  public boolean provedBy(SecureRandom random) {
    int[] alphabet = alphabet();
    int proofs = 0;
    for (int draw = 0; draw < PROOF_DRAWS_MAX && proofs < PROOFS; draw++) {
      proofs += keeps(draw(alphabet, random)) ? 1 : 0;
    }
    return proofs == PROOFS;
  }

  /** A password that keeps all rules, each as likely as any other. */
  public String generate(SecureRandom random) {
    int[] alphabet = alphabet();
    for (int draw = 0; draw < DRAWS_MAX; draw++) {
      int[] password = draw(alphabet, random);
      if (keeps(password)) {
        return new String(password, 0, password.length);
      }
    }
    throw new IllegalStateException("a password policy was stored that was not proved");
  }

  private int[] alphabet() {
    return rules.stream().flatMapToInt(r -> r.characters().codePoints()).distinct().toArray();
  }

  /** {@link SecureRandom#nextInt(int)} takes no remainder: all characters are as likely. */
  private int[] draw(int[] alphabet, SecureRandom random) {
    int[] password = new int[length];
    for (int i = 0; i < length; i++) {
      password[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return password;
  }

  private boolean keeps(int[] password) {
    return rules.stream().allMatch(rule -> rule.keptBy(password));
  }
}
