package io.tributary.federation.seed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random streams of a plan: stream = H(plan seed, round, node, purpose). SHA-256 over
 * length-prefixed fields seeds {@code L64X128MixRandom} (Steele and Vigna, LXM, OOPSLA 2021), so
 * that a stream depends on nothing else: not on run ids, attempts, times, ports or the order in
 * which streams are asked for.
 */
public record RandomStreams(long planSeed) {
  /** Node name of streams that belong to the coordinator. */
  public static final String COORDINATOR = "";

  private static final RandomGeneratorFactory<RandomGenerator> GENERATOR =
      RandomGeneratorFactory.of("L64X128MixRandom");
  private static final String DOMAIN = "tributary-stream-v1";

  /** The stream of one purpose at one node in one round (0 where a purpose has no round). */
  public RandomGenerator stream(int round, String node, String purpose) {
    return GENERATOR.create(hash(round, node, purpose));
  }

  /** A 64-bit key of the same derivation, for counter-based generators such as dropout masks. */
  public long key(int round, String node, String purpose) {
    return ByteBuffer.wrap(hash(round, node, purpose)).getLong();
  }

  private byte[] hash(int round, String node, String purpose) {
    MessageDigest sha256 = Digest.sha256();
    field(sha256, DOMAIN.getBytes(UTF_8));
    field(sha256, ByteBuffer.allocate(Long.BYTES).putLong(planSeed).array());
    field(sha256, ByteBuffer.allocate(Integer.BYTES).putInt(round).array());
    field(sha256, node.getBytes(UTF_8));
    field(sha256, purpose.getBytes(UTF_8));
    return sha256.digest();
  }

  private static void field(MessageDigest sha256, byte[] bytes) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    sha256.update(bytes);
  }
}
