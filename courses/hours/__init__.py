"""Credit hours: conversion rules, duties by rank, claims for outside training, deadlines."""
