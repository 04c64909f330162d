package io.tributary.certs;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one federation: an EC P-256 key whose certificate allows it to sign certificates
 * of peers and revocation lists, and no further authority (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
 * Holds keys in memory; {@link CertificateFolder} keeps them on disk. Not safe for use by several
 * threads at once.
 */
public final class CertificateAuthority {
  private static final Duration OWN_VALIDITY = Duration.ofDays(3653);
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final String ORGANISATION = "Tributary";
  private static final String DNS_NAME =
      "(?i)[a-z0-9]([a-z0-9-]{0,62})(\\.[a-z0-9]([a-z0-9-]{0,62}))*";

  private final FederationName federation;
  private final CertifiedKey own;
  private final InstantSource clock;
  private final SecureRandom random;

  private CertificateAuthority(
      FederationName federation, CertifiedKey own, InstantSource clock, SecureRandom random) {
    this.federation = requireNonNull(federation, "federation");
    this.own = requireNonNull(own, "own");
    this.clock = requireNonNull(clock, "clock");
    this.random = requireNonNull(random, "random");
  }

  /** A new authority with a key of its own, valid for about ten years. */
  public static CertificateAuthority create(
      FederationName federation, InstantSource clock, SecureRandom random) {
    KeyPair pair = Keys.generate(random);
    Instant now = clock.instant();
    X500Principal name = new X500Principal("CN=" + federation + ", O=" + ORGANISATION);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            Keys.serial(random),
            Date.from(now.minus(LeafProfile.CLOCK_TOLERANCE)),
            Date.from(now.plus(OWN_VALIDITY)),
            name,
            pair.getPublic());
    try {
      var identifiers = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              identifiers.createSubjectKeyIdentifier(pair.getPublic()));
      X509Certificate certificate = signed(builder, pair.getPrivate(), random);
      return new CertificateAuthority(
          federation, new CertifiedKey(certificate, pair.getPrivate()), clock, random);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the authority's certificate can't be built", e);
    }
  }

  /** An authority made before; its certificate's common name is the federation. */
  public static CertificateAuthority of(
      CertifiedKey own, InstantSource clock, SecureRandom random) {
    X509Certificate certificate = own.certificate();
    String subject = certificate.getSubjectX500Principal().getName();
    String name = subject.replaceFirst("^.*?CN=([^,]*).*$", "$1");
    if (certificate.getBasicConstraints() < 0 || name.equals(subject)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "certificate authority",
          subject,
          "a certificate made by `certs init`",
          "Point to the folder of the authority.");
    }
    return new CertificateAuthority(new FederationName(name), own, clock, random);
  }

  public FederationName federation() {
    return federation;
  }

  /** The certificate that every peer trusts. */
  public X509Certificate certificate() {
    return own.certificate();
  }

  PrivateKey key() {
    return own.key();
  }

  /** A new key with its certificate, for peers whose keys the operator makes. */
  public CertifiedKey issue(CertificateOrder order) {
    KeyPair pair = Keys.generate(random);
    return new CertifiedKey(certify(order, pair.getPublic()), pair.getPrivate());
  }

  /** A certificate for a public key; refuses names of other federations. */
  public X509Certificate certify(CertificateOrder order, PublicKey key) {
    PeerName name = order.name();
    if (!name.federation().equals(federation)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "federation",
          name.federation(),
          federation + ", whose authority this is",
          "Use the authority of that federation.");
    }
    return certify(LeafProfile.of(order, clock.instant()), key);
  }

  /** A certificate of any profile; nothing is checked. */
  public X509Certificate certify(LeafProfile profile, PublicKey key) {
    var builder =
        new JcaX509v3CertificateBuilder(
            own.certificate(),
            Keys.serial(random),
            Date.from(profile.period().notBefore()),
            Date.from(profile.period().notAfter()),
            new X500Principal("CN=" + profile.commonName() + ", O=" + ORGANISATION),
            key);
    try {
      addExtensions(builder, profile, key);
      return signed(builder, own.key(), random);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the certificate can't be built", e);
    }
  }

  private void addExtensions(X509v3CertificateBuilder builder, LeafProfile profile, PublicKey key)
      throws IOException, GeneralSecurityException {
    var identifiers = new JcaX509ExtensionUtils();
    KeyPurposeId[] purposes =
        profile.purposes().stream()
            .map(
                purpose ->
                    purpose == LeafProfile.Purpose.SERVER
                        ? KeyPurposeId.id_kp_serverAuth
                        : KeyPurposeId.id_kp_clientAuth)
            .toArray(KeyPurposeId[]::new);
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(profile.authority()))
        .addExtension(Extension.keyUsage, true, new KeyUsage(profile.keyUsage()))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
        .addExtension(
            Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(own.certificate()));
    List<GeneralName> names = new ArrayList<>();
    profile.hosts().forEach(host -> names.add(hostName(host)));
    profile
        .uris()
        .forEach(uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
  }

  private static GeneralName hostName(String host) {
    boolean address = host.contains(":") || host.matches("[0-9]+(\\.[0-9]+){3}");
    if (!address && !host.matches(DNS_NAME)) {
      throw badHost(host, new IllegalArgumentException("no DNS name"));
    }
    try {
      return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    } catch (IllegalArgumentException e) {
      throw badHost(host, e);
    }
  }

  private static FederationException badHost(String host, Exception cause) {
    return new FederationException(
        ErrorKind.INVALID_CONFIG,
        "host: \"" + host + "\" (expected: a DNS name or an IP address). Correct it.",
        cause);
  }

  /**
   * The revocation list that follows {@code previous}: its entries and the new serials, signed, its
   * number one higher.
   */
  public X509CRL revoke(Optional<X509CRL> previous, Collection<BigInteger> serials) {
    Date now = Date.from(clock.instant());
    var builder = new JcaX509v2CRLBuilder(own.certificate().getSubjectX500Principal(), now);
    try {
      builder.setNextUpdate(own.certificate().getNotAfter());
      BigInteger number = BigInteger.ONE;
      if (previous.isPresent()) {
        builder.addCRL(new org.bouncycastle.cert.X509CRLHolder(previous.get().getEncoded()));
        number = number(previous.get()).add(BigInteger.ONE);
      }
      for (BigInteger serial : serials) {
        if (previous.isEmpty() || previous.get().getRevokedCertificate(serial) == null) {
          builder.addCRLEntry(serial, now, CRLReason.unspecified);
        }
      }
      builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
      return new JcaX509CRLConverter().getCRL(builder.build(signer(own.key(), random)));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the revocation list can't be built", e);
    }
  }

  private static BigInteger number(X509CRL list) {
    byte[] value = list.getExtensionValue(Extension.cRLNumber.getId());
    return value == null
        ? BigInteger.ZERO
        : org.bouncycastle.asn1.ASN1Integer.getInstance(
                org.bouncycastle.asn1.ASN1OctetString.getInstance(value).getOctets())
            .getValue();
  }

  private static X509Certificate signed(
      X509v3CertificateBuilder builder, PrivateKey key, SecureRandom random)
      throws GeneralSecurityException {
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key, random)));
  }

  static ContentSigner signer(PrivateKey key, SecureRandom random) {
    try {
      return new JcaContentSignerBuilder(SIGNATURE).setSecureRandom(random).build(key);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java platform has " + SIGNATURE, e);
    }
  }
}
