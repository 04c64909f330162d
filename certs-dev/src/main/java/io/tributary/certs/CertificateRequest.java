package io.tributary.certs;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A site's wish for a certificate (PKCS #10, RFC 2986): the name it asks for and the public half of
 * a key that never leaves the site. Its signature has been verified.
 */
public final class CertificateRequest {
  private static final int FIELD_BITS = 256;

  private final PeerName name;
  private final PublicKey key;
  private final byte[] encoded;

  private CertificateRequest(PeerName name, PublicKey key, byte[] encoded) {
    this.name = requireNonNull(name, "name");
    this.key = requireNonNull(key, "key");
    this.encoded = encoded.clone();
  }

  /** A request signed with the site's own key. */
  public static CertificateRequest create(PeerName name, KeyPair pair, SecureRandom random) {
    var builder =
        new JcaPKCS10CertificationRequestBuilder(
            new X500Principal("CN=" + name.shortName()), pair.getPublic());
    var uri = new GeneralName(GeneralName.uniformResourceIdentifier, name.uri());
    try {
      var wanted =
          new Extensions(
              new Extension(
                  Extension.subjectAlternativeName, false, new GeneralNames(uri).getEncoded()));
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted);
      byte[] encoded =
          builder.build(CertificateAuthority.signer(pair.getPrivate(), random)).getEncoded();
      return new CertificateRequest(name, pair.getPublic(), encoded);
    } catch (IOException e) {
      throw new IllegalStateException("the request can't be built", e);
    }
  }

  /** Reads the DER form; refuses a broken signature, a key that is not EC P-256, a missing name. */
  public static CertificateRequest parse(byte[] der) {
    try {
      var request = new PKCS10CertificationRequest(der);
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new X509EncodedKeySpec(request.getSubjectPublicKeyInfo().getEncoded()));
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw refusal("its signature does not match its key", null);
      }
      if (!(key instanceof ECPublicKey ec)
          || ec.getParams().getCurve().getField().getFieldSize() != FIELD_BITS) {
        throw refusal("a key of " + key.getAlgorithm() + " that is not P-256", null);
      }
      return new CertificateRequest(name(request), key, der);
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException
        | ClassCastException e) {
      throw refusal("not readable", e);
    }
  }

  private static PeerName name(PKCS10CertificationRequest request) {
    Extensions wanted = request.getRequestedExtensions();
    GeneralNames names =
        wanted == null
            ? null
            : GeneralNames.fromExtensions(wanted, Extension.subjectAlternativeName);
    if (names == null
        || names.getNames().length != 1
        || names.getNames()[0].getTagNo() != GeneralName.uniformResourceIdentifier) {
      throw refusal("without exactly one name", null);
    }
    return PeerName.parse(names.getNames()[0].getName().toString());
  }

  private static FederationException refusal(
      String found, @org.jspecify.annotations.Nullable Exception cause) {
    String message =
        "certificate request: "
            + found
            + " (expected: a file made by `certs request`). Make it anew at the site.";
    return cause == null
        ? new FederationException(ErrorKind.INVALID_CONFIG, message)
        : new FederationException(ErrorKind.INVALID_CONFIG, message, cause);
  }

  /** The name that the site asks for; whoever signs must know that it is the site's. */
  public PeerName name() {
    return name;
  }

  public PublicKey key() {
    return key;
  }

  /** The DER form. */
  public byte[] encoded() {
    return encoded.clone();
  }
}
