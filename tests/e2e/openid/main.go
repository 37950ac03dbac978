// An OpenID provider for the end-to-end test: people of a file log in with a password and get signed
// access tokens with the claims the services look at.
//
//	openid PORT PEOPLE.json     {"id": {"password": "...", "claims": {...}, "lifetime": "5m"}, ...}
//
// GET /rotate makes a new signing key; the old one stays in the key set until GET /forget.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The first is the audience the services want.
var clientIDs = []string{"withdrawal-app", "another-app"}

type person struct {
	Password string         `json:"password"`
	Claims   map[string]any `json:"claims"`
	Lifetime string         `json:"lifetime"` // of a token; below zero: over when it is issued
}

type people map[string]person

func (p people) GetUserByID(id string) *storage.User {
	found, ok := p[id]
	if !ok {
		return nil
	}
	return &storage.User{ID: id, Username: id, Password: found.Password}
}

func (p people) GetUserByUsername(name string) *storage.User { return p.GetUserByID(name) }

func (p people) ExampleClientID() string { return clientIDs[0] }

// A key of the set, as the library asks for it: to sign with, or to show.
type key struct {
	id      string
	private *rsa.PrivateKey
}

func newKey(number int) key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		log.Fatal(err)
	}
	return key{fmt.Sprintf("key-%d", number), private}
}

type signing struct{ key }

func (k signing) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signing) Key() any                                    { return k.private }
func (k signing) ID() string                                  { return k.id }

type public struct{ key }

func (k public) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k public) Use() string                        { return "sig" }
func (k public) Key() any                           { return &k.private.PublicKey }
func (k public) ID() string                         { return k.id }

// Its access tokens are signed and carry claims, where the library's example has opaque ones.
type client struct{ op.Client }

func (client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

type store struct {
	*storage.Storage
	people people
	mutex  sync.Mutex
	keys   []key // newest last
	made   int
}

func (s *store) rotate() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.made++
	s.keys = append(s.keys, newKey(s.made))
}

func (s *store) forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.keys = s.keys[len(s.keys)-1:]
}

func (s *store) SigningKey(context.Context) (op.SigningKey, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return signing{s.keys[len(s.keys)-1]}, nil
}

func (s *store) KeySet(context.Context) ([]op.Key, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var shown []op.Key
	for _, one := range s.keys {
		shown = append(shown, public{one})
	}
	return shown, nil
}

func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{found}, nil
}

func (s *store) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	id, end, err := s.Storage.CreateAccessToken(ctx, request)
	if lifetime, wrong := time.ParseDuration(s.people[request.GetSubject()].Lifetime); wrong == nil {
		end = time.Now().Add(lifetime)
	}
	return id, end, err
}

func (s *store) GetPrivateClaimsFromScopes(_ context.Context, userID, _ string, _ []string) (map[string]any, error) {
	return s.people[userID].Claims, nil
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: openid PORT PEOPLE.json")
	}
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	known := people{}
	if err := json.Unmarshal(text, &known); err != nil {
		log.Fatal(err)
	}
	for _, id := range clientIDs {
		storage.RegisterClients(storage.NativeClient(id, "http://localhost/auth/callback"))
	}
	kept := &store{Storage: storage.NewStorage(known), people: known}
	kept.rotate()
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	router := exampleop.SetupServer("http://localhost:"+os.Args[1], kept, logger, false)
	control := http.NewServeMux()
	control.HandleFunc("/rotate", func(http.ResponseWriter, *http.Request) { kept.rotate() })
	control.HandleFunc("/forget", func(http.ResponseWriter, *http.Request) { kept.forget() })
	control.Handle("/", router)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], control))
}
